const numbers = [
  '000 060 061 062 065 066 080 085 089 091 092',
  '100 101 102 103 104 105 106 107 108 110 111 112 113 114 115 116 117 118 119 120 122 123 125 128 131 132 133 134 144 155 158 165 166 190 191 192 193 194 195 197 198 199',
  '911 933 988 991 993 994 995 997 998 999',
  '1122',
];

/**
 * Emergency and crisis numbers of all countries in one list: what is an emergency number somewhere
 * is no subscriber's number anywhere, so a list of contacts has no business with any of them.
 */
export const emergencyNumbers: ReadonlySet<string> = new Set(
  numbers.flatMap((row) => row.split(' ')),
);
