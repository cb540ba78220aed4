package validate_test

import (
	"encoding/json"
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

// A tag that does not exist, or that a field cannot have, is found when the program
// starts, and not when the first such request comes.
func ExampleRegister() {
	type intake struct {
		Urgency string `json:"urgency" validate:"oneof=routine soon urgent"`
		Visits  int    `json:"visits" validate:"omitempty,lowercase"`
	}
	fmt.Println(validate.Register(validator.New(), intake{}))
	// Output: validate: validate_test.intake cannot be validated: Bad field type int
}

// JSON that could not be read is told in the same way as a rule that was broken.
func ExampleError() {
	type intake struct {
		Person string `json:"person" validate:"required,person_id"`
	}
	v := validator.New()
	if err := validate.Register(v, intake{}); err != nil {
		panic(err)
	}
	var in intake
	fmt.Println(validate.Error("intake", json.Unmarshal([]byte(`{"person": 7}`), &in)))
	fmt.Println(validate.Error("intake", v.Struct(intake{Person: "9434765919"})))
	// Output:
	// intake: invalid: person must be a text
	// intake: invalid: person must have from 1 to 200 printable ASCII characters without spaces, and be neither an NHS number nor an e-mail address
}
