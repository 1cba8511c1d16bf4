{{/* The pod of a service: (dict "root" $ "service" "ingest" "values" $values). */}}
{{- define "afluente.pod" -}}
{{- $values := .values -}}
{{- $lake := eq .service "lake-writer" -}}
serviceAccountName: {{ include "afluente.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
securityContext: {{ toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  {{- with $values.topologySpreadConstraints }}
  {{- toYaml . | nindent 2 }}
  {{- else }}
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "afluente.selector" (dict "root" $.root "component" $.service) | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
  {{- end }}
containers:
  - name: {{ .service }}
    image: {{ include "afluente.image" (dict "root" .root "app" .service) | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    securityContext: {{ toYaml .root.Values.containerSecurityContext | nindent 6 }}
    resources: {{ toYaml $values.resources | nindent 6 }}
    env: {{ include "afluente.serviceEnv" . | nindent 6 }}
    {{- $envFrom := concat (ternary (include "afluente.lakeEnvFrom" .root | fromYamlArray) list $lake) $values.extraEnvFrom }}
    {{- with $envFrom }}
    envFrom: {{ toYaml . | nindent 6 }}
    {{- end }}
    ports:
      - { name: metrics, containerPort: {{ .root.Values.httpPort }}, protocol: TCP }
    {{- include "afluente.probes" $values.probes | nindent 4 }}
    volumeMounts:
      {{- include "afluente.volumeMounts" (dict "root" .root "lake" $lake) | nindent 6 }}
      {{- with $values.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  {{- with $values.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  {{- include "afluente.volumes" (dict "root" .root "nats" $values.nats "lake" $lake "pipelineConfigMap" (printf "%s-pipeline" (include "afluente.fullname" .root))) | nindent 2 }}
  {{- with $values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/*
Startup and liveness ask whether the event loop turns, readiness whether NATS is connected and every owned task runs.
A halted task makes a pod unready, not dead: a restart would not mend it.
*/}}
{{- define "afluente.probes" -}}
{{- $byDefault := dict
  "startup" (dict "httpGet" (dict "path" "/healthz" "port" "metrics") "periodSeconds" 2 "timeoutSeconds" 2 "failureThreshold" 45)
  "readiness" (dict "httpGet" (dict "path" "/readyz" "port" "metrics") "periodSeconds" 5 "timeoutSeconds" 3 "failureThreshold" 3)
  "liveness" (dict "httpGet" (dict "path" "/healthz" "port" "metrics") "periodSeconds" 10 "timeoutSeconds" 5 "failureThreshold" 6) -}}
{{- $probes := mergeOverwrite $byDefault (deepCopy .) -}}
startupProbe: {{ toYaml $probes.startup | nindent 2 }}
readinessProbe: {{ toYaml $probes.readiness | nindent 2 }}
livenessProbe: {{ toYaml $probes.liveness | nindent 2 }}
{{- end }}
