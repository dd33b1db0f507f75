# SPDX-License-Identifier: MIT
# libautogen as another project finds it: installed, by pkg-config and by CMake, shared and static; and the program it
# is linked to, started many times at once.
. "$(dirname "$0")/../support/faults.sh"
need cc cmake pkg-config sqlite3
build=$(dirname "$AUTOGEN_BINARY")
project library "sqlite:///shop.db"
revision aaaa00000001 "" sqlite "CREATE TABLE t (id integer);" "DROP TABLE t;"
cmake --install "$build" --prefix "$PWD/usr" >install.log 2>&1
verdict "installs" "$([ -f usr/include/autogen.h ] || tail -5 install.log)"
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$PWD/usr" -name autogen.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export LD_LIBRARY_PATH
# What was built with sanitizers needs them in the program too.
sanitize=$(sed -n 's/^AUTOGEN_SANITIZE:[A-Z]*=//p' "$build/CMakeCache.txt" | tr ';' ',')
flags=${sanitize:+-fsanitize=$sanitize}
cat >app.c <<'C'
#include <autogen.h>
#include <stdio.h>
int main(void)
{
    Autogen *autogen = autogen_new();
    autogen_set(autogen, "config", "autogen.ini");
    autogen_set(autogen, "wait", "30");
    AutogenCode code = autogen_upgrade(autogen, "head");
    printf("%d %u\n%s", code, autogen_applied(autogen), autogen_explain(autogen));
    autogen_free(autogen);
    return code;
}
C
said() { "$@" >said.log 2>&1 && echo good || tail -5 said.log; }
# shellcheck disable=SC2046,SC2086
same "pkg-config, shared" "$(said cc $flags -o shared app.c $(pkg-config --cflags --libs autogen))" good
# shellcheck disable=SC2046,SC2086
same "pkg-config, static" "$(said cc $flags -o static app.c $(pkg-config --cflags autogen) \
    "$LD_LIBRARY_PATH/libautogen.a" $(pkg-config --static --libs-only-l autogen | sed 's/-lautogen//'))" good
verdict "static needs no libautogen" "$(ldd static | grep libautogen || true)"
cat >CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.16)
project(app C)
find_package(autogen 0.1 REQUIRED)
add_executable(with_cmake app.c)
target_link_libraries(with_cmake PRIVATE autogen::shared)
CMAKE
same "CMake finds it" "$(said cmake -S . -B out -DCMAKE_PREFIX_PATH="$PWD/usr" -DCMAKE_C_FLAGS="$flags")" good
same "CMake links it" "$(said cmake --build out)" good
same "it shows only its interface" "$(nm -D --defined-only "$LD_LIBRARY_PATH/libautogen.so" | grep -c ' T ag_')" 0
same "the static one too" "$(nm -g --defined-only "$LD_LIBRARY_PATH/libautogen.a" | grep ' [TDBR] ' | grep -cv ' autogen_')" 0
for i in 1 2 3 4; do ./shared >"out.$i" 2>&1 & runners[i]=$!; done
for i in 1 2 3 4; do ends_with "four at once, number $i" 0 "out.$i" "${runners[i]}"; done
same "four at once: one applies" "$(sort out.? | tr '\n' ,)" "0 0,0 0,0 0,0 1,"
rm shop.db
same "static" "$(./static)" "0 1"
same "with CMake, nothing to do" "$(out/with_cmake)" "0 0"
finish
