{{/*
A pod that runs one command of the command line. Ends inside its container: args and env follow.
(dict "root" $ "nats" … "resources" … "pipelineConfigMap" name "container" name "lake" true)
*/}}
{{- define "afluente.commandPod" -}}
restartPolicy: Never
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .serviceAccountName }}
serviceAccountName: {{ . }}
{{- end }}
{{- with .affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
securityContext: {{ toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with .root.Values.defaults.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.defaults.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
volumes:
  {{- include "afluente.volumes" . | nindent 2 }}
containers:
  - name: {{ .container }}
    image: {{ include "afluente.image" (dict "root" .root "app" "afluente") | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    securityContext: {{ toYaml .root.Values.containerSecurityContext | nindent 6 }}
    resources: {{ toYaml .resources | nindent 6 }}
    volumeMounts:
      {{- include "afluente.volumeMounts" . | nindent 6 }}
{{- end }}
