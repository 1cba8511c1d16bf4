{{/* How many tasks a service has: more replicas than that would have nothing to do. */}}

{{/*
The number, or nothing when the chart cannot see the pipeline: (dict "root" $ "service" "ingest" "values" $values).
Counted as libs/stages/topology.ts does: a window has a task for each partition and, unless its key holds the source's key, one that merges them.
*/}}
{{- define "afluente.taskCount" -}}
{{- $text := index .root.Values.pipeline.files "pipeline.yaml" -}}
{{- if .values.autoscaling.tasks -}}
{{ .values.autoscaling.tasks }}
{{- else if $text -}}
{{- $pipeline := fromYaml $text -}}
{{- $sources := default dict $pipeline.sources -}}
{{- $windows := default dict $pipeline.windows -}}
{{- if eq .service "ingest" -}}
{{ len $sources }}
{{- else if eq .service "lake-writer" -}}
{{ add (mul 3 (len $sources)) (len $windows) }}
{{- else if eq .service "aggregate" -}}
{{ include "afluente.windowTaskCount" (dict "sources" $sources "windows" $windows) }}
{{- else -}}
{{- $count := 0 -}}
{{- range $sources }}{{ $count = add $count (default 4 .partitions) }}{{ end -}}
{{ $count }}
{{- end }}
{{- end }}
{{- end }}

{{- define "afluente.windowTaskCount" -}}
{{- $count := 0 -}}
{{- range .windows -}}
{{- $source := default dict (index $.sources .from) -}}
{{- $partitions := int (default 4 $source.partitions) -}}
{{- $local := or (eq $partitions 1) (has $source.key .key) -}}
{{- $count = add $count $partitions (ternary 0 1 $local) -}}
{{- end -}}
{{ $count }}
{{- end }}

{{/* The given bound of replicas, or the number of tasks when that is smaller: (dict … "replicas" 4). */}}
{{- define "afluente.replicasMax" -}}
{{- $tasks := include "afluente.taskCount" . | int -}}
{{- if $tasks }}{{ min (int .replicas) (max $tasks 1) }}{{ else }}{{ int .replicas }}{{ end }}
{{- end }}
