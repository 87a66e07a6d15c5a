<<<<<<< HEAD
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
=======
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
>>>>>>> 929eb15d628ff43fdf3a647d99de46925bd126bc
			t.Errorf("Chain(%v) = %v, want %v", test.requested, got, test.want)
		}
	}
}
