package fhir_test

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// drLee is the GP who referred.
var drLee = sp.Actor{ID: "dr-lee", Role: sp.RoleReferrer, For: "bay/practice"}

// A practice gets a case as a transaction that its server may be sent twice.
func ExampleEncoder_Case() {
	r := referraltest.Referral("R-1", referral.StateActive)
	c := referral.NewCase(r)
	permission := allow("status need")

	e := fhir.Encoder{Profile: fhir.England(), Own: "https://bay.example", To: drLee, As: consent.Health, May: permission, Scheme: "bay/scheme"}
	bundle, lost := e.Case(fhir.CaseOf(c), fhir.Transaction)
	for _, entry := range bundle.Entries {
		fmt.Println(entry.Resource.Type(), entry.Object.Get("request", "method").Text(), entry.Object.Get("request", "url").Text())
	}
	fmt.Println(lost.Of(fhir.Withheld))
	// Output:
	// ServiceRequest PUT ServiceRequest?identifier=https://bay.example/referral|R-1
	// Task PUT Task?identifier=https://bay.example/referral|R-1
	// referral.firstContact: withheld
}

// A referral comes in as a message of the NHS Booking and Referral Standard. However often
// it comes, it is received once.
func ExampleDecoder_Case() {
	body := []byte(`{"resourceType":"Bundle","type":"message","entry":[
		{"fullUrl":"urn:uuid:1","resource":{"resourceType":"MessageHeader","eventCoding":{"system":"https://fhir.nhs.uk/CodeSystem/message-events-bars","code":"servicerequest-request"},
			"source":{"endpoint":"https://gp.example"},"focus":[{"reference":"urn:uuid:2"}]}},
		{"fullUrl":"urn:uuid:2","resource":{"resourceType":"ServiceRequest","identifier":[{"system":"https://gp.example/request","value":"77"}],"status":"active","intent":"plan",
			"priority":"urgent","subject":{"reference":"urn:uuid:3"},"authoredOn":"2026-03-20T16:45:00Z","requester":{"display":"Dr Lee"},
			"reasonCode":[{"coding":[{"system":"https://github.com/socialprescribing/sp/needs","code":"loneliness"}]},{"text":"lives alone"}]}},
		{"fullUrl":"urn:uuid:3","resource":{"resourceType":"Patient","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000026"}]}}]}`)
	personOf := func(kind string, reference resource.Value) (string, bool) {
		number := reference.Get("identifier", "value").Text() // looked up in the scheme's own records
		return "P-55", kind == "person" && number == "9990000026"
	}

	o, err := resource.Parse(body)
	if err != nil {
		fmt.Println(err) // where it is no JSON, or has a name twice
		return
	}
	bundle, _ := resource.BundleOf(o)
	d := fhir.Decoder{Profile: fhir.England(), Own: "https://bay.example", Known: personOf}
	in, lost, err := d.Case(bundle)
	if err != nil {
		fmt.Println(err) // no referral can be read: nothing is recorded
		return
	}
	r := referral.New(in.Referral.ID, referraltest.AllowAll{})
	err = r.Receive(in.Referral.Submission(), sp.By(in.Referral.Referrer, in.Referral.Received).Under(string(in.Referral.ID)))
	fmt.Println(r.State(), r.Urgency(), r.Needs(), r.Person() == in.Person.ID, err)
	fmt.Println(lost.Of(fhir.UnknownCode))
	// Output:
	// received soon [loneliness] true <nil>
	// Bundle.entry[1].resource.reasonCode[1]: unknown-code (warning)
}

// A scheme takes over a case that another has sent, and may send again.
func ExampleCase_Replay() {
	ctx, db, may := context.Background(), store.Tenant(memstore.New(), "cove"), referraltest.AllowAll{}
	from := fhir.CaseOf(referral.NewCase(referraltest.Referral("R-1", referral.StateActive)))
	sent, _ := encoder(fhir.England()).Case(from, fhir.Collection)
	bo, permission := referraltest.By(sp.RoleLinkWorker, 90), referraltest.AllowAll{}

	for range 2 {
		read, _, err := fhir.Decoder{Profile: fhir.England(), Own: "https://bay.example"}.Case(sent)
		if err != nil {
			fmt.Println(err)
			return
		}
		kept, err := referral.NewRepository(db, may).Case(ctx, read.Referral.ID)
		if err != nil { // the first time
			kept = referral.NewCase(referral.New(read.Referral.ID, may))
		}
		_, err = read.Replay(kept, permission, bo)
		pending, _ := kept.Pending()
		fmt.Println(kept.Referral.State(), len(pending.Events), "events", err)
		err = store.Save(ctx, db, kept)
		if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// active 3 events <nil>
	// active 0 events <nil>
}

// A charity answers in a bundle with what came of the referral, as SDOHCC has it.
func ExampleDecoder_In() {
	p := referraltest.Placement("PL-1", placement.StateStarted)
	stamp := green(41)
	body := []byte(`{"resourceType":"Bundle","type":"collection","entry":[
		{"fullUrl":"https://choir.example/Task/9","resource":{"resourceType":"Task","id":"9","status":"completed","intent":"order","lastModified":"2026-05-02T10:00:00Z",
			"code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"fulfill"}]},` +
		`"focus":{"identifier":{"system":"https://bay.example/placement","value":"PL-1"}},"owner":{"identifier":{"system":"https://bay.example/organisation","value":"bay/green"}},
			"output":[{"type":{"coding":[{"code":"additional-content"}]},"valueReference":{"reference":"Condition/5"}}]}},
		{"fullUrl":"https://choir.example/Condition/5","resource":{"resourceType":"Condition","id":"5","subject":{"identifier":{"system":"https://bay.example/person","value":"P-1"}},
			"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"resolved"}]},
			"code":{"coding":[{"system":"https://github.com/socialprescribing/sp/needs","code":"loneliness"}]}}}]}`)
	o, err := resource.Parse(body)
	if err != nil {
		fmt.Println(err)
		return
	}
	bundle, _ := resource.BundleOf(o)

	d := fhir.Decoder{Profile: fhir.SDOHCC(), Own: "https://bay.example"}.In(bundle)
	for _, task := range bundle.Of("Task") {
		answer, lost, err := d.Answer(task, p, stamp)
		if err == nil {
			err = answer.Apply(p, stamp)
		}
		fmt.Println(answer.Status, answer.Command, answer.Result.Outcome, p.State(), err)
		fmt.Println(lost)
	}
	// Output:
	// completed complete met completed <nil>
	// Task.output: coarsened: result met here, Condition.clinicalStatus there
}
