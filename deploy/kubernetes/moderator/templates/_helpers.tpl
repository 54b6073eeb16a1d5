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

{{- define "moderator.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}
