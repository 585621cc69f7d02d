#!/bin/sh
# kar @VERSION@ in one file: this script and, behind its last line, a tar.gz of
# the program and of the Deno that runs it.
#
# The first start unpacks it into a folder that nobody else can write to; later
# starts find it there. The folder's name has a hash of what is in it, and the
# folder gets that name when it is complete, so that two first starts at once,
# or one that is killed, do no harm. Folders of other versions stay, since one
# of them may be running; whoever knows better may delete them.
#
# KAR_CACHE_DIR is where to unpack, instead of kar98k in $XDG_CACHE_HOME or
# $HOME/.cache or, where there is neither, of kar98k-cache-UID in $TMPDIR.

set -u

NAME='@NAME@'
FILES='@FILES@'
PAYLOAD_LINE=@PAYLOAD_LINE@
SELF=$0

# Why each place will not do, a line each.
WHY=''

why() {
  WHY="$WHY
  $PLACE: $1"
  return 1
}

# Exit code 4: cannot start.
fail() {
  printf 'kar: %s\n' "$1" >&2
  exit 4
}

# Makes $1 PLACE, if nobody else can put a program there.
take_place() {
  PLACE=$1
  [ -d "$PLACE" ] || (umask 077 && mkdir -p "$PLACE") 2>/dev/null ||
    why 'the folder cannot be made' || return 1
  # Without links, which somebody could turn elsewhere after the checks.
  PLACE=$(cd -P "$PLACE" 2>/dev/null && pwd -P) ||
    why 'the folder cannot be entered' || return 1
  [ -O "$PLACE" ] || why 'the folder belongs to someone else' || return 1
  case $(ls -ld "$PLACE") in
    d????-??-*) ;;
    *) why 'others may write there (chmod 700 helps)' ;;
  esac
}

# Whether DIR has everything. A file without content is what the crash of a
# machine leaves behind.
is_complete() {
  for file in $FILES; do
    [ -s "$DIR/$file" ] || return 1
  done
  [ -x "$DIR/deno" ]
}

# Makes DIR, or says why not.
unpack() {
  NEW=$(mktemp -d "$PLACE/new.XXXXXX" 2>/dev/null) ||
    why 'nothing can be written there' || return 1
  trap 'rm -rf "$NEW"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  fill && publish
  result=$?
  rm -rf "$NEW"
  trap - EXIT HUP INT TERM
  return $result
}

fill() {
  : >"$NEW/probe" && chmod 700 "$NEW/probe" && [ -x "$NEW/probe" ] ||
    why 'programs cannot be run from there (mounted with noexec)' || return 1
  said=$({
    tail -n "+$PAYLOAD_LINE" -- "$SELF" | tar -xzof - -C "$NEW"
  } 2>&1) ||
    why "tar could not unpack it: $(printf '%s\n' "$said" | grep . | head -n 1)"
}

# Gives what is unpacked its name in one step, or mends what has that name. The
# errors of these commands mean that another start was quicker.
publish() {
  {
    rm -f "$NEW/probe"
    # A start that was killed could not clean up.
    find "$PLACE" -maxdepth 1 -name 'new.*' -mtime +0 -exec rm -rf {} +
    if [ -d "$DIR" ]; then
      mend
    else
      mv "$NEW" "$DIR"
      # Had DIR come up just before, mv would have put ours inside.
      rm -rf "${DIR:?}/${NEW##*/}"
    fi
  } 2>/dev/null
  is_complete || why 'what was unpacked is not complete'
}

# Each file comes in one step, and others may mend DIR or run from it meanwhile.
mend() {
  for file in $FILES; do
    [ -s "$DIR/$file" ] && continue
    mkdir -p "$(dirname "$DIR/$file")"
    mv -f "$NEW/$file" "$DIR/$file"
  done
}

# Has kar in a folder below $1.
have_in() {
  take_place "$1" || return 1
  DIR=$PLACE/$NAME
  is_complete || unpack
}

# As have_in, if $1 belongs to whoever runs this: with sudo it may be the folder
# of somebody else, who could then not use it any more.
have_in_own() {
  [ -n "$1" ] && [ -O "$1" ] && have_in "$2"
}

case ${KAR_CACHE_DIR-} in
  '')
    case ${XDG_CACHE_HOME-} in
      /*) have_in_own "$XDG_CACHE_HOME" "$XDG_CACHE_HOME/kar98k" ;;
      *) have_in_own "${HOME-}" "${HOME-}/.cache/kar98k" ;;
    esac || have_in "${TMPDIR:-/tmp}/kar98k-cache-$(id -u)"
    ;;
  /*) have_in "$KAR_CACHE_DIR" ;;
  *) fail "KAR_CACHE_DIR $KAR_CACHE_DIR: the path must begin with a slash" ;;
esac || fail "cannot unpack itself:$WHY
set KAR_CACHE_DIR to a folder of your own with 200 MB of room"

# Deno looks at the sockets in every turn, unless somebody wants it otherwise; what
# is no number from 1 on would end it with a panic.
case ${DENO_TOKIO_EVENT_INTERVAL-} in
  '' | *[!0-9]* | ??????????*) DENO_TOKIO_EVENT_INTERVAL=1 ;;
  *[!0]*) ;;
  *) DENO_TOKIO_EVENT_INTERVAL=1 ;;
esac
export DENO_TOKIO_EVENT_INTERVAL

# Deno's own files stay in the folder too, and it asks nobody for news of itself.
export DENO_DIR="$DIR/cache" DENO_NO_UPDATE_CHECK=1
# Each thread would have an arena of its own: 4 MB more, and no less CPU. With
# fixed thresholds glibc gives back what the start has freed: 2 MB less.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-131072}"
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-131072}"
exec "$DIR/deno" run --allow-all --quiet --cached-only @V8_FLAGS@ "$DIR/main.js" "$@"
