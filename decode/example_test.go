package decode_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
)

// An intake is what a web form sends.
type intake struct {
	Name     sp.Personal[string] `json:"name"`
	Number   sp.NHSNumber        `json:"number"`
	Since    sp.Date             `json:"since"`
	Services []struct {
		Fare   sp.Money `json:"fare"`
		Phones []struct {
			Number string `json:"number"`
		} `json:"phones"`
	} `json:"services"`
}

// Everything that is wrong is told at once, and nothing of what was sent.
func Example() {
	body := []byte(`{"names": "Joan", "since": "30 February", "services": [{"fare": "2.50 GBP"}, {"fare": 2.5, "phones": [{"number": 1524582800}]}]}`)
	in, err := decode.JSON[intake](body, decode.Options{Subject: "intake"})
	if broken, ok := errors.AsType[*sp.InvalidError](err); ok {
		for _, f := range broken.Fields {
			fmt.Println(f.Path, f.Code, f.Rule)
		}
	}
	fmt.Println(len(in.Services), "services")
	// Output:
	//  unknown-member has a member that does not exist, the 1st; "name" was probably meant
	// since malformed must be a day of the calendar, written as 2026-11-23
	// services[1].fare wrong-type must be a text
	// services[1].phones[0].number wrong-type must be a text
	// 0 services
}

// A body of unknown size is read as far as is allowed.
func ExampleRead() {
	body := strings.NewReader(`{"name": "` + strings.Repeat("Joan ", 1000) + `"}`)
	_, err := decode.Read[intake](body, decode.Options{Subject: "intake", Bytes: 1000})
	fmt.Println(err)
	fmt.Println(errors.Is(err, sp.ErrInvalid))
	// Output:
	// intake: invalid: must have at most 1000 bytes
	// true
}
