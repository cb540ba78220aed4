// Command interop takes one case of the clinic, that of Nadia, across to other systems as
// FHIR R4 and back. Her GP's system gets the case and the message back in the shapes of UK
// Core; the choir's gets its Task as SDOHCC has it, and answers: with a yes, with the same
// yes again, and with a no that comes too late to be one. A second referral comes in from
// the GP. After each it prints what was lost, withheld or refused on the way.
//
//	go run ./examples/interop
//	go run ./examples/interop -json
//
// She is invented. It prints the same bytes each time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/transition"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1)
	}
}

func run(_ context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("interop", flag.ContinueOnError)
	flags.SetOutput(stderr)
	whole := flags.Bool("json", false, "print the resources too")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	c, err := nadia()
	if err != nil {
		return err
	}
	p := &program{c: c, whole: *whole}
	for _, part := range []func() error{p.toTheGP, p.messageBack, p.toTheChoir, p.fromTheGP} {
		if err := part(); err != nil {
			return err
		}
	}
	_, err = io.WriteString(stdout, p.out.String())
	return err
}

// own is the base address of this clinic's identifiers.
const own = "https://sandholme.example"

// A program prints what happens to one case.
type program struct {
	c     *referral.Case
	whole bool
	out   strings.Builder
}

func (p *program) say(format string, args ...any) { fmt.Fprintf(&p.out, format+"\n", args...) }

// encoder writes for somebody.
func (p *program) encoder(profile fhir.Profile, to sp.Actor, as consent.Audience, day int) fhir.Encoder {
	return fhir.Encoder{Profile: profile, Own: own, To: to, As: as, May: may(consent.DirectCare, day), Scheme: "sandholme/scheme", At: at(day)}
}

// losses prints what is more than a note, and counts the rest.
func (p *program) losses(lost fhir.Report) {
	quiet := 0
	for _, l := range lost {
		if l.Severity == sp.Note && l.Kind != fhir.Withheld && l.Recoverable {
			quiet++
			continue
		}
		p.say("    %s", l)
	}
	if quiet > 0 {
		p.say("    and %d that our own extensions bring back", quiet)
	}
}

// toTheGP writes the case as a transaction for the system of her practice, and reads it as
// that system would give it back.
func (p *program) toTheGP() error {
	e := p.encoder(fhir.England(), drLee(20).By, consent.Health, 20)
	bundle, lost := e.Case(fhir.CaseOf(p.c), fhir.Transaction)
	p.say("To the GP, as a transaction that can come twice:")
	p.bundle(bundle)
	p.say("  Not told, or not as it was:")
	p.losses(lost)
	back, missed, err := fhir.Decoder{Profile: fhir.England(), Own: own}.Case(bundle)
	if err != nil {
		return err
	}
	p.say("  Read again it is referral %s, %s, with %d placement and %d losses more.\n", back.Referral.ID, back.Referral.State, len(back.Placements), len(missed))
	return nil
}

// bundle prints what is in a bundle.
func (p *program) bundle(b *resource.Bundle) {
	for _, e := range b.Entries {
		request := ""
		if url := e.Object.Get("request", "url").Text(); url != "" {
			request = "  PUT " + url
		}
		p.say("  %-15s %-12s%s", e.Resource.Type(), e.Resource.Get("status").Text(), request)
	}
	if p.whole {
		p.say("%s", b.Whole().Append(nil))
	}
}

// messageBack writes the message to the GP as a document.
func (p *program) messageBack() error {
	m := letter.MessageBack(p.c, wording, may(consent.Feedback, 20), at(20))
	bundle, lost := p.encoder(fhir.England(), drLee(20).By, consent.Health, 20).Document(m, p.c.Referral.Person())
	p.say("The message back, as a document:")
	p.bundle(bundle)
	read, _, err := fhir.Decoder{Own: own}.Document(bundle)
	if err != nil {
		return err
	}
	for _, section := range read.Paragraphs {
		p.say("  %s: %s", section.Heading, strings.Join(section.Lines, " "))
	}
	for _, c := range read.Codes {
		p.say("  Code %s", c)
	}
	p.losses(lost)
	p.say("")
	return nil
}

// toTheChoir writes the placement for the choir, and takes its answers.
func (p *program) toTheChoir() error {
	pl := p.c.Placements[0]
	task, lost := p.encoder(fhir.SDOHCC(), choir(6).By, consent.Community, 6).Task(fhir.PlacementOf(pl), nil)
	if task == nil {
		return errors.New("the choir may not know of the placement")
	}
	p.say("To the choir, as a Task that is %s:", task.Get("status").Text())
	p.losses(lost)
	d := fhir.Decoder{Profile: fhir.SDOHCC(), Own: own}
	for i, status := range []string{"accepted", "accepted", "rejected", "received", "in-progress"} {
		s := choir(7 + i)
		said := task.Clone().Set("status", resource.Text(status)).Set("lastModified", resource.Moment(s.At, nil)).Remove("businessStatus")
		answer, lost, err := d.Answer(said, pl, s)
		if err == nil {
			err = answer.Apply(pl, s)
		}
		if err != nil {
			return err
		}
		did := "nothing is recorded"
		if answer.Command != "" {
			did = fmt.Sprintf("we %s", answer.Command)
		}
		p.say("  It answers %q: %s, and the placement is %s.", status, did, pl.State())
		p.losses(lost)
	}
	p.say("")
	return nil
}

// fromTheGP takes a referral that the GP's system sent, twice, and refuses one whose meaning
// nobody here knows.
func (p *program) fromTheGP() error {
	d := fhir.Decoder{Profile: fhir.England(), Own: own, Known: known}
	p.say("From the GP, a referral of somebody else:")
	r := referral.New("", transition.TableOnly{})
	for _, body := range []string{request, request, strings.Replace(request, `"status"`, `"modifierExtension":[{"url":"https://gp.example/not","valueBoolean":true}],"status"`, 1)} {
		o, err := resource.Parse([]byte(body))
		if err != nil {
			return err
		}
		in, lost, err := d.ServiceRequest(o)
		if err != nil {
			p.say("  Refused: %v", err)
			p.losses(lost)
			continue
		}
		if r.ID() == "" {
			r = referral.New(in.ID, transition.TableOnly{})
		}
		if err := r.Receive(in.Submission(), sp.By(in.Referrer, in.Received).Under(string(in.ID))); err != nil {
			return err
		}
		events := 0
		for range r.History() {
			events++
		}
		p.say("  %s, %s, for %v: %d event", r.State(), r.Urgency(), r.Needs(), events)
		p.losses(lost)
	}
	return nil
}
