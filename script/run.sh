# Sourced by the scripts beside it: finds a Python that we support and hands over to a module of tooling/.
cd "$(dirname "$0")/.." || exit 1
for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
        exec "$python" -m tooling.environment "$requirements" "tooling.$module" "$@"
    fi
done
echo "Python 3.11, 3.12, 3.13 or 3.14 is needed, and no such python3 was found. On Debian: sudo apt-get install python3 python3-venv" >&2
exit 1
