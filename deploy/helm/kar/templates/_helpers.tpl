{{- /* Pods and claims add at most 20 characters to this name. */ -}}
{{- define "kar.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "kar.selector" -}}
app.kubernetes.io/name: kar
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "kar.labels" -}}
{{ include "kar.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* The label, or annotation, in which Kubernetes says which part a pod is, from 0 on. */ -}}
{{- define "kar.indexField" -}}
{{- if eq .Values.mode "job" -}}
metadata.annotations['batch.kubernetes.io/job-completion-index']
{{- else -}}
metadata.labels['apps.kubernetes.io/pod-index']
{{- end -}}
{{- end }}

{{- define "kar.planName" -}}
{{- .Values.plan.name | default (printf "%s-plan" (include "kar.name" .)) -}}
{{- end }}

{{- /* What a schema cannot say in a sentence. */ -}}
{{- define "kar.check" -}}
{{- if not (regexMatch "^[a-z][-a-z0-9]*$" .Release.Name) }}
{{- fail (printf "release %s cannot name a service: give it a name of letters, digits and -, with a letter first" .Release.Name) }}
{{- end }}
{{- range $key := list "at" "start" }}
{{- $day := index $.Values $key | default "2000-01-01" | trunc 10 }}
{{- if ne $day (toDate "2006-01-02" $day | date "2006-01-02") }}
{{- fail (printf "%s %s is no day that there is" $key (index $.Values $key)) }}
{{- end }}
{{- end }}
{{- with .Values }}
{{- if and (not .plan.text) (not .plan.name) }}
{{- fail "there is no plan: --set-file plan.text=kar.yaml gives one, plan.name names a ConfigMap or Secret that has it" }}
{{- end }}
{{- if and .plan.text .plan.name }}
{{- fail "plan.text and plan.name are two plans: give one of them" }}
{{- end }}
{{- if and (gt (int .parts) 1) (not .at) (not .fleet) }}
{{- fail (printf "%d parts need one instant to begin at: --set at=2026-12-01T09:00:00Z, a minute or two from now" (int .parts)) }}
{{- end }}
{{- if and (eq .mode "job") (not .duration) }}
{{- fail "mode job needs a duration, such as --set duration=10m" }}
{{- end }}
{{- if and .duration (not (regexMatch "[1-9]" .duration)) }}
{{- fail (printf "duration %s is no time: give one such as 10m" .duration) }}
{{- end }}
{{- if and (eq .mode "service") .duration }}
{{- fail (printf "mode service has no end, and duration is %s: leave it out, or use mode job" .duration) }}
{{- end }}
{{- if and (eq .mode "job") .collect }}
{{- fail "collect is for mode service: the pods of a job keep their records for job.keepSeconds" }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Requests and limits: those that are given, or a row of the table. */ -}}
{{- define "kar.resources" -}}
{{- if .Values.resources -}}
{{- toYaml .Values.resources }}
{{- else -}}
{{- $each := divf .Values.rate .Values.parts }}
{{- $row := dict }}
{{- $most := 0.0 }}
{{- range .Values.sizes }}
{{- $most = maxf $most .rate }}
{{- if and (le $each (float64 .rate)) (or (not $row) (lt (float64 .rate) (float64 $row.rate))) }}
{{- $row = . }}
{{- end }}
{{- end }}
{{- if not $row }}
{{- fail (printf "a part would send %.0f/s, and the table sizes ends at %.0f/s: take more parts, add a row, or set resources" $each $most) }}
{{- end -}}
requests:
  cpu: {{ $row.cpu | quote }}
  memory: {{ $row.memory | quote }}
{{- /* No limit of the processor: a pod that is held up sends late. */}}
limits:
  memory: {{ $row.memoryLimit | quote }}
{{- end }}
{{- end }}
