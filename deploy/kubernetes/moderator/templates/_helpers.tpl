{{- define "moderator.name" -}}
{{- printf "%s" .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "moderator.selector" -}}
app.kubernetes.io/name: moderator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "moderator.labels" -}}
{{ include "moderator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* The API's pods have an instance of their own: the workers' selector must not take them. */}}
{{- define "moderator.api.selector" -}}
app.kubernetes.io/name: moderator
app.kubernetes.io/instance: {{ .Release.Name }}-api
{{- end }}

{{- define "moderator.api.labels" -}}
{{ include "moderator.api.selector" . }}
app.kubernetes.io/component: api
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* So has the review page's pod. */}}
{{- define "moderator.review.selector" -}}
app.kubernetes.io/name: moderator
app.kubernetes.io/instance: {{ .Release.Name }}-review
{{- end }}

{{- define "moderator.review.labels" -}}
{{ include "moderator.review.selector" . }}
app.kubernetes.io/component: review
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* So do the Job's: neither Service nor budget counts them. */}}
{{- define "moderator.topics.labels" -}}
app.kubernetes.io/name: moderator
app.kubernetes.io/instance: {{ .Release.Name }}-topics
{{- end }}

{{- define "moderator.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* Variables of every pod: the settings, and where the files of yours lie. */}}
{{- define "moderator.env" -}}
- {name: MODERATOR_HTTP__HOST, value: 0.0.0.0}
- {name: MODERATOR_HTTP__PORT, value: {{ .Values.port | quote }}}
{{- if .Values.policy }}
- {name: MODERATOR_POLICY, value: /etc/moderator/policy.toml}
{{- end }}
{{- if .Values.lexicons.configMap }}
- {name: MODERATOR_SCORERS__LEXICONS, value: '["/etc/moderator-lexicons"]'}
{{- end }}
{{- if .Values.models.volume }}
- {name: {{ .Values.models.setting }}, value: {{ printf "/etc/moderator-models/%s" .Values.models.folder | trimSuffix "/" | quote }}}
{{- end }}
{{ include "moderator.env.clients" . }}
{{- end }}

{{/* Of them those that a client of Kafka needs. */}}
{{- define "moderator.env.clients" -}}
{{- if .Values.ca.secret }}
{{- if .Values.ca.kafka }}
- {name: MODERATOR_KAFKA__SSL_CAFILE, value: /etc/moderator-ca/{{ .Values.ca.key }}}
{{- end }}
{{- if .Values.ca.redis }}
- {name: MODERATOR_CACHE__SSL_CAFILE, value: /etc/moderator-ca/{{ .Values.ca.key }}}
{{- end }}
{{- end }}
{{- if .Values.review.enabled }}
- {name: MODERATOR_FEEDBACK__TO, value: topic}
- {name: MODERATOR_STREAM__CARRY_COMMENT, value: "true"}
{{- end }}
{{- range $name, $value := .Values.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- range $name, $secret := .Values.secretSettings }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef: {name: {{ $secret.name }}, key: {{ $secret.key }}}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "moderator.mounts" -}}
{{ include "moderator.mounts.clients" . }}
{{- if .Values.policy }}
- {name: policy, mountPath: /etc/moderator, readOnly: true}
{{- end }}
{{- if .Values.lexicons.configMap }}
- {name: lexicons, mountPath: /etc/moderator-lexicons, readOnly: true}
{{- end }}
{{- if .Values.models.volume }}
- {name: models, mountPath: /etc/moderator-models, readOnly: true}
{{- end }}
{{- end }}

{{- define "moderator.mounts.clients" -}}
- {name: tmp, mountPath: /tmp}
{{- if .Values.ca.secret }}
- {name: ca, mountPath: /etc/moderator-ca, readOnly: true}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "moderator.volumes" -}}
{{ include "moderator.volumes.clients" . }}
{{- if .Values.policy }}
- name: policy
  configMap: {name: {{ include "moderator.name" . }}-policy}
{{- end }}
{{- with .Values.lexicons.configMap }}
- name: lexicons
  configMap: {name: {{ . }}}
{{- end }}
{{- with .Values.models.volume }}
- name: models
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "moderator.volumes.clients" -}}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- with .Values.ca.secret }}
- name: ca
  secret: {secretName: {{ . }}}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Over hosts and zones; called with the pods' labels. */}}
{{- define "moderator.spread" -}}
{{- range list "kubernetes.io/hostname" .root.Values.zoneKey }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels: {{- $.labels | nindent 6 }}
{{- end }}
{{- end }}
