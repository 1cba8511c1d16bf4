{{/* How many tasks a service has: more replicas than that would have nothing to do. */}}

{{/*
The number, or nothing when the chart cannot see the pipeline: (dict "root" $ "service" "ingest" "values" $values).
Of what a service has tasks stands in files/tasks.yaml, which `npm run generate` writes from the stages of libs/stages.
*/}}
{{- define "afluente.taskCount" -}}
{{- $text := index .root.Values.pipeline.files "pipeline.yaml" -}}
{{- if .values.autoscaling.tasks -}}
{{ .values.autoscaling.tasks }}
{{- else if $text -}}
{{- $counts := include "afluente.counts" (fromYaml $text) | fromYaml -}}
{{- $count := 0 -}}
{{- range index (.root.Files.Get "files/tasks.yaml" | fromYaml) .service }}{{ $count = add $count (index $counts .) }}{{ end -}}
{{ $count }}
{{- end }}
{{- end }}

{{/* How many there are in a pipeline of all that a stage can have tasks of (libs/stages/define/per.ts): a window is local when its key holds the source's key, or there is one partition. */}}
{{- define "afluente.counts" -}}
{{- $sources := default dict .sources -}}
{{- $windows := default dict .windows -}}
{{- $partitions := 0 -}}
{{- range $sources }}{{ $partitions = add $partitions (include "afluente.partitionCount" .) }}{{ end -}}
{{- $local := 0 -}}{{- $wide := 0 -}}{{- $wideWindows := 0 -}}
{{- range $windows -}}
{{- $source := default dict (index $sources .from) -}}
{{- $count := include "afluente.partitionCount" $source | int -}}
{{- $generations := 1 -}}
{{- if kindIs "slice" $source.partitions }}{{ $generations = len $source.partitions }}{{ end -}}
{{- if or (eq $count (int $generations)) (has $source.key .key) }}{{ $local = add $local $count }}{{ else }}{{ $wide = add $wide $count }}{{ $wideWindows = add1 $wideWindows }}{{ end -}}
{{- end -}}
source: {{ len $sources }}
source partition: {{ $partitions }}
local window partition: {{ $local }}
wide window partition: {{ $wide }}
wide window: {{ $wideWindows }}
table: {{ add (mul 3 (len $sources)) (len $windows) }}
{{- end }}

{{/* Partitions of a source, those that it had before, too: their tasks end when they have read what is left. */}}
{{- define "afluente.partitionCount" -}}
{{- $count := 0 -}}
{{- range (kindIs "slice" .partitions | ternary .partitions (list (default 4 .partitions))) }}{{ $count = add $count (int .) }}{{ end -}}
{{ $count }}
{{- end }}

{{/* The given bound of replicas, or the number of tasks when that is smaller: (dict … "replicas" 4). */}}
{{- define "afluente.replicasMax" -}}
{{- $tasks := include "afluente.taskCount" . | int -}}
{{- if $tasks }}{{ min (int .replicas) (max $tasks 1) }}{{ else }}{{ int .replicas }}{{ end }}
{{- end }}
