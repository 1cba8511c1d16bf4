{{/* Volumes of the pods and their mounts. */}}

{{/* (dict "root" $ "nats" $values.nats "pipelineConfigMap" name "lake" true); the hook has a ConfigMap of its own. */}}
{{- define "afluente.volumes" -}}
{{- $nats := .root.Values.nats -}}
- name: tmp
  emptyDir: { sizeLimit: {{ .root.Values.tmpSize }} }
- name: pipeline
{{- include "afluente.pipelineVolume" . | nindent 2 }}
{{- $common := default $nats.creds.secret $nats.nkey.secret }}
{{- if $common }}
- name: nats-credentials
  secret: { secretName: {{ default $common .nats.credentialsSecret | quote }}, defaultMode: 0440 }
{{- end }}
{{- if $nats.tls.secret }}
- name: nats-tls
  secret: { secretName: {{ default $nats.tls.secret .nats.tlsSecret | quote }}, defaultMode: 0440 }
{{- end }}
{{- if and .lake .root.Values.lake.persistence.enabled }}
- name: lake
  persistentVolumeClaim: { claimName: {{ include "afluente.lakeClaim" .root | quote }} }
{{- end }}
{{- end }}

{{/* (dict "root" $ "lake" true) */}}
{{- define "afluente.volumeMounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: pipeline, mountPath: /etc/afluente/pipeline, readOnly: true }
{{- if or .root.Values.nats.creds.secret .root.Values.nats.nkey.secret }}
- { name: nats-credentials, mountPath: /etc/afluente/nats/credentials, readOnly: true }
{{- end }}
{{- if .root.Values.nats.tls.secret }}
- { name: nats-tls, mountPath: /etc/afluente/nats/tls, readOnly: true }
{{- end }}
{{- if and .lake .root.Values.lake.persistence.enabled }}
- { name: lake, mountPath: {{ .root.Values.lake.persistence.mountPath | quote }} }
{{- end }}
{{- end }}

{{- define "afluente.pipelineVolume" -}}
{{- $pipeline := .root.Values.pipeline -}}
{{- if $pipeline.volume -}}
{{ toYaml $pipeline.volume }}
{{- else if $pipeline.existingConfigMap -}}
configMap:
  name: {{ $pipeline.existingConfigMap | quote }}
  {{- with $pipeline.items }}
  items: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- else -}}
configMap:
  name: {{ .pipelineConfigMap | quote }}
  items:
    {{- range $path, $_ := $pipeline.files }}
    - { key: {{ include "afluente.pipelineKey" $path | quote }}, path: {{ $path | quote }} }
    {{- end }}
{{- end }}
{{- end }}

{{/* Keys of a ConfigMap cannot hold a slash. */}}
{{- define "afluente.pipelineKey" -}}
{{- replace "/" "__" . }}
{{- end }}

{{/* Changes when the pipeline changes; the services are restarted then. */}}
{{- define "afluente.pipelineChecksum" -}}
{{- toJson .Values.pipeline | sha256sum }}
{{- end }}

{{- define "afluente.lakeClaim" -}}
{{- default (printf "%s-lake" (include "afluente.fullname" .)) .Values.lake.persistence.existingClaim }}
{{- end }}

{{/* A volume that only one node can mount holds pods together. */}}
{{- define "afluente.lakeOnOneNode" -}}
{{- if and .Values.lake.persistence.enabled (not (has "ReadWriteMany" .Values.lake.persistence.accessModes)) }}true{{ end }}
{{- end }}
