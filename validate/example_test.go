package validate_test

import (
	"errors"
	"fmt"

	"github.com/go-playground/validator/v10"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/validate"
)

func Example() {
	type intake struct {
		Person string              `json:"person" validate:"required,person_id"`
		Number sp.NHSNumber        `json:"number" validate:"required"`
		Name   sp.Personal[string] `json:"name" validate:"required,max=10"`
		Fare   sp.Money            `json:"fare" validate:"gte=0,lte=25.50"`
		Needs  []string            `json:"needs" validate:"min=1,dive,code"`
	}
	v := validator.New()
	if err := validate.Register(v, intake{}); err != nil { // once, before the first request
		panic(err)
	}
	in := intake{Person: "joan@example.org", Name: sp.Hide("Joan Bloggs-Smythe"), Fare: sp.Pounds(30), Needs: []string{"Debt"}}
	if broken, ok := errors.AsType[*sp.InvalidError](validate.Error("intake", v.Struct(in))); ok {
		for _, f := range broken.Fields {
			fmt.Println(f.Path, f.Code)
		}
	}
	// Output:
	// person identifying
	// number missing
	// name wrong-length
	// fare out-of-range
	// needs[0] malformed
}
