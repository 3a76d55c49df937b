# Runs a program that is observed, and who looks into it:
#
#   observe.sh FOLDER-OF-PROGRAMS FOLDER-FOR-FIFOS LINES...
#
# Each file of lines is for one session.

programs=$1 fifos=$2
shift 2
mkdir -m 700 "$fifos"
mkfifo -m 600 "$fifos/requests" "$fifos/answers"
timeout "${TEST_TIME_LIMIT:-120}" "$programs/observed" "$fifos" &
for lines; do
  timeout "${TEST_TIME_LIMIT:-120}" "$programs/evaluate" "$fifos" <"$lines" || {
    kill $!
    exit 1
  }
done
wait $!
