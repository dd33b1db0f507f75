# find_package(autogen) defines autogen::shared and autogen::static.
include(CMakeFindDependencyMacro)
find_dependency(PkgConfig)
pkg_check_modules(GLIB REQUIRED QUIET IMPORTED_TARGET glib-2.0)
pkg_check_modules(SQLITE REQUIRED QUIET IMPORTED_TARGET sqlite3)
include(${CMAKE_CURRENT_LIST_DIR}/autogen-targets.cmake)
