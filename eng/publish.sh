#!/usr/bin/env bash
# publish.sh FOLDER PROGRAM: publishes src/FOLDER as the one file out/PROGRAM.
. "$(dirname "$0")/lib.sh"
folder=$1 program=$2
cd "$root"
stage=$root/out/.$program
rm -rf "$stage"
step "Building out/$program" "$root/out/log/build-$program.log" \
    dotnet publish "src/$folder" -c Release -o "$stage" --nologo -v quiet
# Moved into place, so that a program that runs keeps its old file.
mv -f "$stage/$program" "$root/out/$program"
rm -rf "$stage"
