package model

import (
	"slices"
	"testing"
)

func TestChain(t *testing.T) {
	for _, test := range []struct{ requested, want []Step }{
		{[]Step{Configure}, []Step{Configure}},
		{[]Step{Build}, []Step{Configure, Build}},
		{[]Step{Test, Install}, []Step{Configure, Build, Test, Install}},
		{[]Step{Clean, Configure, Build}, []Step{Clean, Configure, Build}},
		{[]Step{Build, Clean, Build}, []Step{Configure, Build, Clean, Configure, Build}},
		{[]Step{Clean, Clean}, []Step{Clean}},
		{[]Step{Clean, Build, Clean}, []Step{Clean, Configure, Build, Clean}},
		{nil, nil},
	} {
		if got := Chain(test.requested); !slices.Equal(got, test.want) {
			t.Errorf("Chain(%v) = %v, want %v", test.requested, got, test.want)
		}
	}
}
