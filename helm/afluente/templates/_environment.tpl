{{/* Environment variables of the containers. */}}

{{/* How to reach NATS: (dict "root" $ "nats" $values.nats). */}}
{{- define "afluente.natsEnv" -}}
{{- $nats := .root.Values.nats -}}
- name: AFL_NATS_URL
{{- if $nats.urlSecret.name }}
  valueFrom: { secretKeyRef: { name: {{ $nats.urlSecret.name | quote }}, key: {{ $nats.urlSecret.key | quote }} } }
{{- else }}
  value: {{ include "afluente.natsUrl" .root | quote }}
{{- end }}
{{- if $nats.creds.secret }}
- { name: AFL_NATS_CREDS, value: {{ printf "/etc/afluente/nats/credentials/%s" $nats.creds.key | quote }} }
{{- end }}
{{- if $nats.nkey.secret }}
- { name: AFL_NATS_NKEY, value: {{ printf "/etc/afluente/nats/credentials/%s" $nats.nkey.key | quote }} }
{{- end }}
{{- if $nats.tls.secret }}
{{- with $nats.tls.caKey }}
- { name: AFL_NATS_TLS_CA, value: {{ printf "/etc/afluente/nats/tls/%s" . | quote }} }
{{- end }}
{{- with $nats.tls.certKey }}
- { name: AFL_NATS_TLS_CERT, value: {{ printf "/etc/afluente/nats/tls/%s" . | quote }} }
- { name: AFL_NATS_TLS_KEY, value: {{ printf "/etc/afluente/nats/tls/%s" $nats.tls.keyKey | quote }} }
{{- end }}
{{- end }}
{{- end }}

{{- define "afluente.natsUrl" -}}
{{- if .Values.nats.evaluation.enabled -}}
nats://{{ include "afluente.fullname" . }}-nats:4222
{{- else -}}
{{ .Values.nats.url }}
{{- end }}
{{- end }}

{{/* Where the lake is, for lake-writer and the test. Its access keys come by envFrom. */}}
{{- define "afluente.lakeEnv" -}}
{{- with include "afluente.lakeUrl" . }}
- { name: AFL_LAKE_URL, value: {{ . | quote }} }
{{- end }}
{{- with .Values.lake.s3.endpoint }}
- { name: AFL_S3_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- with .Values.lake.s3.region }}
- { name: AFL_S3_REGION, value: {{ . | quote }} }
{{- end }}
{{- if .Values.lake.s3.pathStyle }}
- { name: AFL_S3_PATH_STYLE, value: "true" }
{{- end }}
{{- end }}

{{- define "afluente.lakeUrl" -}}
{{- if .Values.lake.url -}}
{{ .Values.lake.url }}
{{- else if .Values.lake.persistence.enabled -}}
file://{{ .Values.lake.persistence.mountPath }}
{{- end }}
{{- end }}

{{- define "afluente.lakeEnvFrom" -}}
{{- with .Values.lake.s3.secret }}
- secretRef: { name: {{ . | quote }} }
{{- end }}
{{- end }}

{{/* `lingerMs: 50` becomes AFL_LINGER_MS=50: (dict "root" $ "settings" $settings). YAML's numbers are floats to Helm; large ones would come out as 1e+08. */}}
{{- define "afluente.settingsEnv" -}}
{{- $settings := deepCopy .settings -}}
{{- if .root.Values.nats.evaluation.enabled }}{{ $_ := set $settings "streamReplicas" 1 }}{{ end -}}
{{- range $name, $value := $settings }}
- { name: AFL_{{ snakecase $name | upper }}, value: {{ ternary (toString $value) (printf "%d" (int64 $value)) (kindIs "bool" $value) | quote }} }
{{- end }}
{{- end }}

{{/* What a service needs: (dict "root" $ "service" "ingest" "values" $values). */}}
{{- define "afluente.serviceEnv" -}}
- { name: AFL_PIPELINE, value: /etc/afluente/pipeline }
- name: AFL_INSTANCE
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- { name: AFL_HTTP_PORT, value: {{ .root.Values.httpPort | toString | quote }} }
- { name: AFL_HTTP_HOST, value: {{ .root.Values.httpHost | quote }} }
- { name: AFL_LOG_LEVEL, value: {{ .values.logLevel | quote }} }
{{ include "afluente.natsEnv" (dict "root" .root "nats" .values.nats) }}
{{- if eq .service "lake-writer" }}
{{- include "afluente.lakeEnv" .root }}
{{- end }}
{{- include "afluente.settingsEnv" (dict "root" .root "settings" .values.settings) }}
- { name: POLARS_MAX_THREADS, value: {{ .values.polarsThreads | toString | quote }} }
{{- with .values.nodeOptions }}
- { name: NODE_OPTIONS, value: {{ . | quote }} }
{{- end }}
{{- with .root.Values.tracing.endpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
- { name: AFL_TRACE_SAMPLE, value: {{ $.root.Values.tracing.sampleRatio | toString | quote }} }
{{- end }}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}
