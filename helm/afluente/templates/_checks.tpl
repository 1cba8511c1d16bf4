{{/* Values that the schema cannot judge, because they depend on each other: each mistake ends the rendering with what to do. */}}

{{- define "afluente.checks" -}}
{{- include "afluente.checkImages" . -}}
{{- include "afluente.checkPipeline" . -}}
{{- include "afluente.checkNats" . -}}
{{- include "afluente.checkLake" . -}}
{{- include "afluente.checkTest" . -}}
{{- include "afluente.checkCredentials" (dict "root" . "at" "streams.nats" "nats" .Values.streams.nats) -}}
{{- include "afluente.checkCredentials" (dict "root" . "at" "test.nats" "nats" .Values.test.nats) -}}
{{- range $service := splitList " " (include "afluente.services" .) -}}
{{- $values := include "afluente.serviceValues" (dict "root" $ "service" $service) | fromYaml -}}
{{- include "afluente.checkCredentials" (dict "root" $ "at" (printf "services.%s.nats" $service) "nats" $values.nats) -}}
{{- include "afluente.checkAutoscaling" (dict "root" $ "service" $service "values" $values) -}}
{{- end -}}
{{- end }}

{{- define "afluente.checkImages" -}}
{{- range list .Values.image.tag (splitList ":" .Values.nats.evaluation.image | last) -}}
{{- if eq . "latest" -}}
{{- fail "An image has the tag latest, which changes under a running release. Name a version." -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "afluente.checkPipeline" -}}
{{- $pipeline := .Values.pipeline -}}
{{- $given := 0 -}}
{{- range list $pipeline.files $pipeline.existingConfigMap $pipeline.volume }}{{ if . }}{{ $given = add1 $given }}{{ end }}{{ end -}}
{{- if ne (int $given) 1 -}}
{{- fail (printf "pipeline: %d of files, existingConfigMap and volume are set. Set exactly one: it holds pipeline.yaml and its contracts." $given) -}}
{{- end -}}
{{- if and $pipeline.files (not (hasKey $pipeline.files "pipeline.yaml")) -}}
{{- fail "pipeline.files has no pipeline.yaml. Add it, e.g. with --set-file 'pipeline.files.pipeline\\.yaml=shop/pipeline.yaml'." -}}
{{- end -}}
{{- if gt (len (toJson $pipeline.files)) 1000000 -}}
{{- fail "pipeline.files is larger than 1 MB, the bound of a ConfigMap. Put the folder on a volume and set pipeline.volume." -}}
{{- end -}}
{{- if and $pipeline.items (not $pipeline.existingConfigMap) -}}
{{- fail "pipeline.items is for pipeline.existingConfigMap only. Remove it, or name the ConfigMap." -}}
{{- end -}}
{{- end }}

{{- define "afluente.checkNats" -}}
{{- $nats := .Values.nats -}}
{{- $given := 0 -}}
{{- range list $nats.url $nats.urlSecret.name $nats.evaluation.enabled }}{{ if . }}{{ $given = add1 $given }}{{ end }}{{ end -}}
{{- if ne (int $given) 1 -}}
{{- fail (printf "nats: %d of url, urlSecret.name and evaluation.enabled are set. Set exactly one, e.g. nats.url=nats://nats.nats:4222." $given) -}}
{{- end -}}
{{- if and $nats.creds.secret $nats.nkey.secret -}}
{{- fail "nats.creds.secret and nats.nkey.secret are both set. Set one: a .creds file holds a nkey already." -}}
{{- end -}}
{{- if and $nats.evaluation.enabled (or $nats.creds.secret $nats.nkey.secret $nats.tls.secret) -}}
{{- fail "nats.evaluation has neither TLS nor credentials. Remove nats.creds, nats.nkey and nats.tls, or use a NATS of your own with nats.url." -}}
{{- end -}}
{{- if ne (empty $nats.tls.certKey) (empty $nats.tls.keyKey) -}}
{{- fail "nats.tls: certKey and keyKey belong together. Set both for mutual TLS, or none." -}}
{{- end -}}
{{- end }}

{{/* Own secrets of a service, the job or the test need to know which kind they are: (dict "root" $ "at" "streams.nats" "nats" …). */}}
{{- define "afluente.checkCredentials" -}}
{{- $nats := .root.Values.nats -}}
{{- if and .nats.credentialsSecret (not (or $nats.creds.secret $nats.nkey.secret)) -}}
{{- fail (printf "%s.credentialsSecret is set, but neither nats.creds.secret nor nats.nkey.secret. Set the one that says what the secret holds." .at) -}}
{{- end -}}
{{- if and .nats.tlsSecret (not $nats.tls.secret) -}}
{{- fail (printf "%s.tlsSecret is set, but not nats.tls.secret. Set it: its keys hold for all." .at) -}}
{{- end -}}
{{- end }}

{{- define "afluente.checkLake" -}}
{{- $url := .Values.lake.url -}}
{{- $persistence := .Values.lake.persistence -}}
{{- if and $persistence.enabled $url (not (hasPrefix (printf "file://%s" $persistence.mountPath) $url)) -}}
{{- fail (printf "lake.url is %s, but lake.persistence keeps the lake at file://%s. Remove one of the two." $url $persistence.mountPath) -}}
{{- end -}}
{{- if not (or $url $persistence.enabled) -}}
{{- with index .Values.pipeline.files "pipeline.yaml" -}}
{{- $inFile := dig "lake" "url" "" (fromYaml .) -}}
{{- if not (hasPrefix "s3://" $inFile) -}}
{{- fail (printf "lake.url is not set, and the pipeline file has %s, which is no place a pod can keep. Set lake.url=s3://bucket/prefix, or lake.persistence.enabled=true." (default "none" $inFile)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "afluente.checkTest" -}}
{{- $test := .Values.test -}}
{{- if and $test.event (not (and $test.subject $test.table)) -}}
{{- fail "test.event needs test.subject and test.table: where to publish it, and the table in which it must appear, e.g. silver_orders." -}}
{{- end -}}
{{- end }}

{{- define "afluente.checkAutoscaling" -}}
{{- $scaling := .values.autoscaling -}}
{{- $at := printf "services.%s.autoscaling" .service -}}
{{- if and $scaling.hpa.enabled $scaling.keda.enabled -}}
{{- fail (printf "%s: hpa and keda are both enabled, and would scale the same deployment against each other. Enable one." $at) -}}
{{- end -}}
{{- if and $scaling.keda.enabled (not .root.Values.monitoring.prometheusUrl) -}}
{{- fail (printf "%s.keda reads the lag from Prometheus. Set monitoring.prometheusUrl, e.g. http://prometheus-operated.monitoring:9090." $at) -}}
{{- end -}}
{{- if and (or $scaling.hpa.enabled $scaling.keda.enabled) (not (include "afluente.taskCount" .)) -}}
{{- fail (printf "%s.tasks is not set, and the chart cannot see the pipeline file. Set it to the number of the service's tasks, which `afluente status` lists: more replicas have nothing to do." $at) -}}
{{- end -}}
{{- end }}
