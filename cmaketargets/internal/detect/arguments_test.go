package detect_test

import (
	"os"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
)

// An answer made without an argument is not reused with it, where the answer of CMake is another one.
func TestAnswersOfArguments(t *testing.T) {
	const (
		independent = "set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)\ncheck_c_source_compiles(\"#ifdef __PIE__\n#error\n#endif\nint x;\" HAVE_PIC)\nunset(CMAKE_TRY_COMPILE_TARGET_TYPE)"
		debugging   = "try_compile(HAVE_NEW ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/debug.c)"
		ending      = "set(CMAKE_REQUIRED_LIBRARIES libm.so)\ncheck_c_source_compiles(\"int main(void) { return 0; }\" HAVE_END)\nset(CMAKE_REQUIRED_LIBRARIES)"
	)
	for argument, check := range map[string]string{
		"-DCMAKE_POSITION_INDEPENDENT_CODE=ON":    independent,
		"-DCMAKE_TRY_COMPILE_CONFIGURATION=Debug": debugging,
		"-DCMAKE_LINK_SEARCH_START_STATIC=ON":     ending,
	} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, cmakes(t)[0])
			p.lists = []string{checks[1], check}
			store := detect.Open(t.TempDir(), 0)
			answers := func() string {
				outcome := p.compare(t, store)
				if outcome.Checks > 0 || outcome.StoredChecks < 2 {
					t.Errorf("%v: %v", p.args, outcome)
				}
				data, err := os.ReadFile(p.bld + "/answers.txt")
				if err != nil {
					t.Fatal(err)
				}
				return string(data)
			}
			without := answers()
			p.args = append(p.args, argument)
			if with := answers(); with == without {
				t.Errorf("the argument changes nothing: %s", with)
			}
		})
	}
}
