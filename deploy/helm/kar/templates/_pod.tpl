{{- /* The pod of one part; .script is what its shell does. */ -}}
{{- define "kar.pod" -}}
metadata:
  labels:
    {{- include "kar.labels" .root | nindent 4 }}
    kar98k/parts: {{ .root.Values.parts | quote }}
    {{- with .root.Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- if or .root.Values.plan.text .root.Values.podAnnotations }}
  annotations:
    {{- if .root.Values.plan.text }}
    checksum/plan: {{ sha256sum .root.Values.plan.text }}
    {{- end }}
    {{- with .root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
spec:
  {{- with .root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if eq .root.Values.mode "job" }}
  restartPolicy: Never
  {{- end }}
  automountServiceAccountToken: false
  # Kubernetes would add variables of its own that begin with KAR_.
  enableServiceLinks: false
  # Open requests have the shutdown timeout, and the record ten seconds more.
  terminationGracePeriodSeconds: {{ add .root.Values.shutdownTimeoutSeconds 10 }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: kar
      {{- with .root.Values.image }}
      image: "{{ .repository }}:{{ .tag | default $.root.Chart.AppVersion }}"
      imagePullPolicy: {{ .pullPolicy }}
      {{- end }}
      command:
        - bash
        - -c
        - |
          {{- .script | nindent 10 }}
        - kar
      {{- if not .root.Values.collect }}
      {{- include "kar.args" .root | nindent 6 }}
      {{- end }}
      env:
        - name: KAR_PART
          valueFrom:
            fieldRef:
              fieldPath: {{ include "kar.indexField" .root }}
        {{- if eq .root.Values.mode "job" }}
        - name: KAR_KEEP_SECONDS
          value: {{ .root.Values.job.keepSeconds | quote }}
        {{- end }}
        # Folders that kar makes itself, for its user alone.
        - name: RUNTIME_DIRECTORY
          value: /tmp/run
        - name: STATE_DIRECTORY
          value: /tmp/state
        - name: LOGS_DIRECTORY
          value: /tmp/log
        - name: KAR_CACHE_DIR
          value: /tmp/cache
        - name: HOME
          value: /tmp
        {{- with .root.Values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .root.Values.envFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - name: metrics
          containerPort: 9090
      {{- if and (eq .root.Values.mode "service") (not .root.Values.collect) }}
      startupProbe:
        httpGet: { path: /healthz, port: metrics }
        periodSeconds: 2
        failureThreshold: 60
      # A restart is a hole in the traffic, so it has to be dead for a minute.
      livenessProbe:
        httpGet: { path: /healthz, port: metrics }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /readyz, port: metrics }
        periodSeconds: 5
        timeoutSeconds: 5
      {{- end }}
      resources:
        {{- include "kar.resources" .root | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - { name: plan, mountPath: /etc/kar98k, readOnly: true }
        - { name: records, mountPath: /records }
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: plan
      {{- if eq .root.Values.plan.kind "Secret" }}
      secret:
        secretName: {{ include "kar.planName" .root }}
      {{- else }}
      configMap:
        name: {{ include "kar.planName" .root }}
      {{- end }}
    - name: tmp
      emptyDir: {}
    {{- if eq .root.Values.mode "job" }}
    - name: records
      emptyDir:
        sizeLimit: {{ .root.Values.record.size }}
    {{- end }}
  {{- with .root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- /* What kar is called with, but for its record. */ -}}
{{- define "kar.args" -}}
args:
  - run
  - --config=/etc/kar98k/{{ .Values.plan.key }}
  - --stripe-index=$(KAR_PART)/{{ .Values.parts }}
  {{- with .Values.at }}
  - --at={{ . }}
  {{- end }}
  {{- with .Values.start }}
  - --start={{ . }}
  {{- end }}
  {{- with .Values.duration }}
  - --duration={{ . }}
  {{- end }}
  {{- with .Values.fleet }}
  - --fleet={{ . }}
  # The same for a pod that is started again, so that it takes up its part.
  - --node={{ include "kar.name" $ }}-$(KAR_PART)
  {{- end }}
  - --set=metrics.enabled=true
  - --set=metrics.address=:9090
  - --set=controller.shutdown_timeout={{ .Values.shutdownTimeoutSeconds }}s
  {{- range .Values.extraArgs }}
  - {{ . | quote }}
  {{- end }}
{{- end }}
