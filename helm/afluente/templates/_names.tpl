{{/* Names, labels and images. */}}

{{- define "afluente.services" -}}
ingest validate enrich aggregate lake-writer
{{- end }}

{{- define "afluente.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* Short enough for "-lake-writer" and the suffixes of replica sets and pods within 63 characters. */}}
{{- define "afluente.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{- $name := include "afluente.name" . -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* Labels that choose all pods of the release. */}}
{{- define "afluente.releaseSelector" -}}
app.kubernetes.io/name: {{ include "afluente.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels that choose the pods of one component: (dict "root" $ "component" "ingest"). */}}
{{- define "afluente.selector" -}}
{{ include "afluente.releaseSelector" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels of an object of one component. */}}
{{- define "afluente.labels" -}}
{{ include "afluente.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: afluente
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels of a pod: none that changes with the chart's version, or a change of an alert would restart the services. */}}
{{- define "afluente.podLabels" -}}
{{ include "afluente.selector" . }}
app.kubernetes.io/part-of: afluente
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Image of an app: (dict "root" $ "app" "ingest"). */}}
{{- define "afluente.image" -}}
{{- $image := .root.Values.image -}}
{{- with index $image.digests .app -}}
{{ printf "%s-%s@%s" $image.repository $.app . }}
{{- else -}}
{{ printf "%s-%s:%s" $image.repository .app (default .root.Chart.AppVersion $image.tag) }}
{{- end }}
{{- end }}

{{/* The service's values: the defaults with its own entry merged over them. As YAML text: (dict "root" $ "service" "ingest"). */}}
{{- define "afluente.serviceValues" -}}
{{- $values := mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (default dict (index .root.Values.services .service))) -}}
{{- include "afluente.removeNulls" $values -}}
{{- toYaml $values }}
{{- end }}

{{/* Helm takes null for "without the default"; merging by hand leaves it standing. */}}
{{- define "afluente.removeNulls" -}}
{{- range $key, $value := . -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := unset $ $key -}}
{{- else if kindIs "map" $value -}}
{{- include "afluente.removeNulls" $value -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Name of a service's account: (dict "root" $ "service" "ingest" "values" $values). */}}
{{- define "afluente.serviceAccountName" -}}
{{- $account := .values.serviceAccount -}}
{{- $made := printf "%s-%s" (include "afluente.fullname" .root) .service -}}
{{- default (ternary $made "default" $account.create) $account.name }}
{{- end }}
