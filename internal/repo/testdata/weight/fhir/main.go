// A program that reads a case as FHIR.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

func main() {
	text, err := io.ReadAll(os.Stdin)
	fmt.Println(err)
	o, err := resource.Parse(text)
	fmt.Println(err)
	r, lost, err := fhir.Decoder{Profile: fhir.England()}.ServiceRequest(o)
	fmt.Println(r.ID, lost, err, fhir.England().Validate(o))
}
