{{- /*
Each start keeps a record of its own, so that a pod that was started again
leaves the earlier one as it is; kar merge takes all of them. A member of a
fleet goes on with its record.
*/ -}}
{{- define "kar.freeRecord" -}}
mkdir -p /records/parts || exit 4
n=0
{{- if not .Values.fleet }}
while [ -e "/records/parts/part-$KAR_PART.$n.kar" ]; do ((n += 1)); done
{{- end }}
record=/records/parts/part-$KAR_PART.$n.kar
{{- end }}

{{- define "kar.serviceScript" -}}
{{ include "kar.freeRecord" . }}
exec kar "$@" --record "$record"
{{- end }}

{{- /* Holds the volume, and ends at once when it is told to. */ -}}
{{- define "kar.collectScript" -}}
trap 'exit 0' TERM
sleep infinity &
wait
{{- end }}

{{- /*
A pod that has ended cannot be copied from, so this one waits for it: until
/records/taken is there, or for KAR_KEEP_SECONDS. Codes after which there is
nothing worth a copy end it at once, and so does the end of the pod.
*/ -}}
{{- define "kar.jobScript" -}}
{{ include "kar.freeRecord" . }}
told= kar=
trap 'told=yes; [ -z "$kar" ] || kill -TERM "$kar" 2>/dev/null' TERM
kar "$@" --record "$record" &
kar=$!
[ -z "$told" ] || kill -TERM "$kar"
wait "$kar"
while kill -0 "$kar" 2>/dev/null; do wait "$kar"; done
wait "$kar"
code=$?
echo "$code" > /records/ended
case $code in 0 | 6 | 7 | 8 | 9 | 10) ;; *) exit "$code" ;; esac
[ "$KAR_KEEP_SECONDS" = 0 ] ||
  echo "kar: Ended with code $code; $record can be copied for ${KAR_KEEP_SECONDS}s, or until /records/taken is there" >&2
SECONDS=0
while [ -z "$told" ] && [ ! -e /records/taken ] && ((SECONDS < KAR_KEEP_SECONDS)); do
  sleep 1
done
exit "$code"
{{- end }}
