package model_test

import (
	"fmt"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestChain(t *testing.T) {
	type steps = []model.Step
	for _, test := range []struct{ requested, want steps }{
		{steps{model.Configure}, steps{model.Configure}},
		{steps{model.Build}, steps{model.Configure, model.Build}},
		{steps{model.Test, model.Install}, steps{model.Configure, model.Build, model.Test, model.Install}},
		{steps{model.Clean, model.Configure, model.Build}, steps{model.Clean, model.Configure, model.Build}},
		{
			steps{model.Build, model.Clean, model.Build},
			steps{model.Configure, model.Build, model.Clean, model.Configure, model.Build},
		},
		{steps{model.Clean, model.Clean}, steps{model.Clean}},
		{nil, nil},
	} {
		if got := model.Chain(test.requested); fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("Chain(%v) = %v, want %v", test.requested, got, test.want)
		}
	}
}
