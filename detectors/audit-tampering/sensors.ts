/** What keeps or carries a trail of what was done, and what looks for harm, by the names that its makers gave it. */
const MADE =
  '(?:audit(?:d|beat)|fluent[- ]?bit|fluentd|td[- ]agent|filebeat|journalbeat|packetbeat|promtail|logstash|r?syslog(?:-ng|d)?|journald|opentelemetry[- ]collector|otel(?:[- ]?col(?:lector)?|[- ]agent)|falco|falcon(?:[- ]sensor)?|crowdstrike|sysmon|osqueryd?|wazuh(?:[- ]agent)?|tetragon|tracee|sysdig(?:[- ]agent)?|datadog[- ]agent|dd[- ]agent|splunk(?:d|[- ](?:universal)?[- ]?forwarder|[- ]otel[- ]collector)?|splunkforwarder|universalforwarder|mdatp|(?:windows |microsoft )?defender|windefend|sentinel[- ]?one|carbon[- ]?black|elastic[- ]agent|cloudwatch[- ]agent|ossec|suricata|zeek|aide|clamd?(?:av)?)';
/** What is called by what it is for. */
const MEANT =
  '(?:e?xdr|edr|siem|cloudtrail|guardduty|security ?hub|audit(?: (?:logs?|logging|trail|rules|daemon))?|(?:log|logs|audit log) (?:ship(?:ping|per)|forward(?:ing|er)?|collect(?:ion|or)|export(?:er)?|agent|drain)|(?:monitoring|security|endpoint) (?:agents?|monitoring|sensors?|protection))';

const ENDS =
  '(?:disabl(?:e|es|ed|ing)|stop(?:s|ped|ping)?|remov(?:e|es|ed|ing)|uninstall|kill|pause|suspend|mask|purge|turn off|switch off|deactivate|teardown|tear down)';
const ENDED = '(?:disable|disabled|stop|stopped|remove|removed|uninstall|off|kill|teardown)';
/** That somebody or something is looked at, or is to be of no more use. */
const OTHERWISE =
  / (?:tests?|spec|check|verify|validate|report|if|unless|not|prevent|detect|alert|old|stale|expired|unused|duplicates?) /;
const NAMED = new RegExp(` ${ENDS} (?:\\w+ )?(?:${MADE}|${MEANT}|logging) | (?:${MADE}|${MEANT}|logging) ${ENDED} `);

/** A name, as words, of what ends one: a playbook, a job, a runbook. */
export const endsSensor = (words: string): boolean => NAMED.test(words) && !OTHERWISE.test(words);

const ONE = new RegExp(
  `^(?:${MADE}|vector|alloy|grafana[- ]agent)(?:[- ](?:agent|ds|daemonset|sensor|node|aggregator|collector|service))?(?:\\.service)?$`,
  'i',
);
/** What is called as one of them, and nothing else. */
export const isSensor = (name: string): boolean => name.length < 64 && ONE.test(name);

/** The same within a pattern of a command. */
export const SENSOR = MADE.replaceAll('[- ]', '-');
