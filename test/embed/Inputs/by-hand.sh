# Builds the application and what drives it with the words of pkg-config:
#
#   by-hand.sh PREFIX SOURCES FOLDER CC CXX
set -eu
export PKG_CONFIG_PATH="$1/lib/pkgconfig"
# shellcheck disable=SC2046 # words
"$4" "$2/host.c" $(pkg-config --cflags --libs remote-run-executor) -o "$3/host"
# shellcheck disable=SC2046
"$5" -std=c++20 "$2/drive.cpp" $(pkg-config --cflags --libs remote-run-jit) \
  -Wl,-rpath,"$(pkg-config --variable=llvm_libdir remote-run-jit)" -o "$3/drive"
