package text_test

import (
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

func TestGitHub(t *testing.T) {
	const in = "100%\r\na: b, c"
	if got, want := text.GitHubData(in), "100%25%0D%0Aa: b, c"; got != want {
		t.Errorf("data is %q, want %q", got, want)
	}
	if got, want := text.GitHubProperty(in), "100%25%0D%0Aa%3A b%2C c"; got != want {
		t.Errorf("property is %q, want %q", got, want)
	}
}
