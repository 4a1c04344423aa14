/**
 * Modules of both instances. Asterisk loads all 367 by default, opens ports for some and takes seconds and
 * twice the memory; these start in a third of a second.
 */
const shared = [
  'app_exec',
  'bridge_builtin_features',
  'bridge_native_rtp',
  'bridge_simple',
  'chan_pjsip',
  'chan_bridge_media',
  'codec_alaw',
  'codec_gsm',
  'codec_resample',
  'codec_ulaw',
  'format_gsm',
  'format_wav',
  'func_channel',
  'func_cut',
  'func_devstate',
  'func_dialplan',
  'func_env',
  'func_hangupcause',
  'func_lock',
  'func_logic',
  'func_strings',
  'app_playback',
  'pbx_config',
  'res_crypto',
  'res_geolocation',
  'res_pjproject',
  'res_pjsip',
  'res_pjsip_authenticator_digest',
  'res_pjsip_caller_id',
  'res_pjsip_endpoint_identifier_ip',
  'res_pjsip_header_funcs',
  'res_pjsip_nat',
  'res_pjsip_outbound_authenticator_digest',
  'res_pjsip_pubsub',
  'res_pjsip_refer',
  'res_pjsip_rfc3326',
  'res_pjsip_sdp_rtp',
  'res_pjsip_session',
  'res_rtp_asterisk',
  'res_sorcery_astdb',
  'res_sorcery_config',
  'res_sorcery_memory',
  'res_stasis',
  'res_statsd',
  'res_timing_timerfd',
];

/** What an answered call of ours may need, and the record. */
const dialerOnly = [
  'app_amd',
  'app_dial',
  'app_queue',
  'app_stack',
  'app_userevent',
  'app_verbose',
  'app_waitforsilence',
  'bridge_holding',
  'bridge_softmix',
  'cel_custom',
  'func_callerid',
  'func_config',
  'func_module',
  'func_pjsip_endpoint',
  'func_timeout',
  'res_cdrel_custom',
  'res_musiconhold',
  'res_pjsip_dtmf_info',
  'res_pjsip_endpoint_identifier_user',
];

/** What agents' phones do beyond taking a call. */
const carrierOnly = ['app_originate', 'app_senddtmf', 'app_transfer', 'func_global', 'func_uri'];

export const carrierModules: readonly string[] = [...shared, ...carrierOnly];
export const dialerModules: readonly string[] = [...shared, ...dialerOnly];

/** The text of modules.conf. */
export function modulesConfiguration(modules: readonly string[]): string {
  return ['[modules]', 'autoload = no', ...modules.map((name) => `load = ${name}.so`), ''].join(
    '\n',
  );
}
