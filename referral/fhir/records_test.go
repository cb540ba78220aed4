package fhir_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral/fhir"
	made "github.com/socialprescribing/sp/referral/fhir/internal/written"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// record reads a resource that is a record of its own, and writes what was read onto it
// again. It is nil where the resource was refused or is of another type.
func record(d fhir.Decoder, e fhir.Encoder, o *resource.Object) (again *resource.Object, in, out fhir.Report, err error) {
	switch o.Type() {
	case "Patient":
		v, lost, err := d.Patient(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.Patient(v, o) })
	case "RelatedPerson":
		v, of, lost, err := d.RelatedPerson(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.RelatedPerson(v, of, o) })
	case "Consent":
		v, of, lost, err := d.Consent(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.Consent(v, of, o) })
	case "Flag":
		v, of, lost, err := d.Flag(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.Flag(v, of, o) })
	case "HealthcareService":
		v, places, lost, err := d.HealthcareService(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.HealthcareService(v, places, o) })
	case "Location":
		v, lost, err := d.Location(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.Location(v, o) })
	case "Organization":
		v, lost, err := d.Organization(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.Organization(v, o) })
	case "Condition":
		v, lost, err := d.Condition(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.Condition(v, o) })
	case "Observation":
		v, lost, err := d.Observation(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.Observation(v, nil, o) })
	case "Goal":
		v, lost, err := d.Goal(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.Goal(v, o) })
	case "CarePlan":
		v, lost, err := d.CarePlan(o)
		return write(lost, err, func() (*resource.Object, fhir.Report) { return e.CarePlan(v, o) })
	case "QuestionnaireResponse":
		for _, in := range measure.Shipped() {
			v, _, lost, err := d.QuestionnaireResponse(o, &in)
			if err == nil {
				return write(lost, err, func() (*resource.Object, fhir.Report) { return e.QuestionnaireResponse(v, o) })
			}
		}
	case "Encounter":
		_, _, _, lost, err := d.Encounter(o)
		return nil, lost, nil, err
	case "Communication":
		_, lost, err := d.Communication(o)
		return nil, lost, nil, err
	}
	return nil, nil, nil, nil
}

func write(in fhir.Report, err error, again func() (*resource.Object, fhir.Report)) (*resource.Object, fhir.Report, fhir.Report, error) {
	if err != nil {
		return nil, in, nil, err
	}
	o, out := again()
	return o, in, out, nil
}

func TestDecoderTakesEveryPublishedRecordInAndOutWithoutAnUnreportedLoss(t *testing.T) {
	all, read := published(t), map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, p := range profiles() {
			o := all[name]
			e := encoder(p)
			e.May = tellAll{}
			again, in, out, err := record(decoder(p), e, o)
			if err != nil {
				require.ErrorIs(t, err, sp.ErrInvalid, name)
				require.NotEmpty(t, in.Of(fhir.Refused), name)
				continue
			}
			if again == nil {
				continue
			}
			read[o.Type()]++
			for member, v := range o.Members() {
				w := again.Get(member)
				if within(v, w) || reported(in, o.Type()+"."+member) || reported(out, o.Type()+"."+member) {
					continue
				}
				t.Errorf("%s (%s): %s was changed, and nobody says so: %s %s", name, p.Name, member, in, out)
			}
		}
	}
	for _, one := range []string{"Condition", "Goal", "HealthcareService", "Location", "Organization", "Patient", "QuestionnaireResponse"} {
		require.Positive(t, read[one], one)
	}
}

func FuzzDecoderRecords(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, p := range profiles() {
		for _, o := range made.All(r, made.Encoder(r, p)) {
			f.Add(o.Append(nil))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := resource.Parse(b)
		if err != nil {
			return
		}
		for _, p := range profiles() {
			e := encoder(p)
			e.May = tellAll{}
			again, in, _, err := record(decoder(p), e, o)
			if err != nil && len(in.Of(fhir.Refused)) == 0 {
				t.Fatalf("refused, and nobody says so: %v", err)
			}
			if again == nil {
				continue
			}
			if _, err := resource.Parse(again.Append(nil)); err != nil {
				t.Fatalf("what is written cannot be read: %v", err)
			}
			if !sound(p, o) {
				continue // such as one whose members have no name: it is read, and no more is promised
			}
			if third, _, _, err := record(decoder(p), e, again); err == nil && third != nil && string(third.Append(nil)) != string(again.Append(nil)) {
				t.Fatalf("written again it is another: %s\n%s", again.Append(nil), third.Append(nil))
			}
		}
	})
}

// sound reports whether a resource breaks no rule of R4 and its guide.
func sound(p fhir.Profile, o *resource.Object) bool {
	return !slices.ContainsFunc(p.Validate(o), func(i sp.Issue) bool { return i.Severity == sp.Error })
}
