# What a newcomer types; Meson does the work. Each target sets up its own folder under build/.
.PHONY: all check quick asan tsan fuzz bench install clean format tidy plain help
PREFIX ?= /usr/local
N ?= 60

all: build/release/build.ninja
	ninja -C build/release
check:
	./check
quick:
	./check --quick
asan tsan tidy:
	./check --only $@ $(if $(filter tsan,$@),--tsan)
fuzz:
	./check --only fuzz --fuzz-seconds $(N)
bench: all
	bench/run
install: build/release/build.ninja
	meson configure build/release -Dprefix=$(PREFIX)
	ninja -C build/release
	meson install -C build/release --no-rebuild
clean:
	rm -rf build out
format:
	git ls-files -z 'src/*.[ch]' 'src/*.cpp' 'tests/*.[ch]' | xargs -0 -r clang-format -i
# No build system at all: only a compiler and the headers of the libraries.
plain:
	for f in src/*/*.c; do $(CC) -std=c11 -D_GNU_SOURCE -O2 -Isrc -fsyntax-only "$$f" || exit 1; done
help:
	@echo 'all (default), check, quick, asan, tsan, tidy, fuzz [N=seconds], bench, install [PREFIX=], clean, format, plain'

build/release/build.ninja:
	tools/setup
	meson setup build/release --buildtype=release -Dtests=false -Dwerror=false
