// Command interop takes one case of the clinic, that of Nadia, across to other systems as
// FHIR R4 and back. Her GP's system gets the case in the shapes of UK Core, with what she
// permitted, her needs and her goal, and the message back; another scheme takes her over as
// that system passes it on, twice, and the second time records nothing. The choir's gets its
// Task as SDOHCC has it, and answers: with a yes, with the same yes again, with a no that
// comes too late to be one, and at last with what came of it. A second referral comes in
// from the GP. After each it prints what was lost, withheld or refused on the way.
//
//	go run ./examples/interop
//	go run ./examples/interop -json
//
// She is invented. It prints the same bytes each time.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
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

// words are what the kinds of loss mean, for somebody who has not read the package.
var words = map[fhir.Kind]string{
	fhir.Withheld: "not permitted", fhir.Dropped: "no place for it", fhir.Coarsened: "says less", fhir.Defaulted: "assumed", fhir.UnknownCode: "no such code", fhir.Refused: "refused",
}

// losses prints a report: what is grave first, and notes that our own extensions bring back
// as a number.
func (p *program) losses(lost fhir.Report) {
	quiet := 0
	for _, severity := range []sp.Severity{sp.Error, sp.Warning, sp.Note} {
		for _, l := range lost {
			switch {
			case l.Severity != severity:
			case severity == sp.Note && l.Recoverable:
				quiet++
			default:
				p.say("    %-9s%-16s%s%s", grave[severity], words[l.Kind], l.Path, sides(l))
			}
		}
	}
	if quiet > 0 {
		p.say("    and %d that say less to others, and come back whole to us", quiet)
	}
}

// grave marks what somebody must look at.
var grave = map[sp.Severity]string{sp.Error: "ERROR", sp.Warning: "warning"}

// sides says what stands here and what there, where that is more than the path.
func sides(l fhir.Loss) string {
	switch {
	case l.Ours != "" && l.Theirs != "":
		return fmt.Sprintf(": here %q, there %q", l.Ours, l.Theirs)
	case l.Theirs != "":
		return fmt.Sprintf(": there %q", l.Theirs)
	case l.Ours != "" && !strings.HasSuffix(l.Path, l.Ours):
		return fmt.Sprintf(": here %q", l.Ours)
	}
	return ""
}

// toTheGP writes the case as a transaction for the system of her practice, and lets another
// scheme take it over as that system would pass it on.
func (p *program) toTheGP() error {
	c := fhir.CaseOf(p.c)
	who, choices := woman(), agreed()
	c.Person, c.Choices, c.Plans = &who, choices, []needs.Plan{plan()}
	bundle, lost := p.encoder(fhir.England(), drLee(20).By, consent.Health, 20).Case(c, fhir.Transaction)
	p.say("To the GP, as a transaction that can come twice:")
	p.bundle(bundle)
	p.say("  Not told, or not as it was:")
	p.losses(lost)
	p.say("")
	return p.takenOver(bundle)
}

// takenOver reads the case in another scheme, Coveside, and records it there: what she has
// permitted, and with that what has happened. It comes twice.
func (p *program) takenOver(bundle *resource.Bundle) error {
	read, lost, err := fhir.Decoder{Profile: fhir.England(), Own: own}.Case(bundle)
	if err != nil {
		return err
	}
	p.say("Coveside takes her over from the GP's system, with %d losses in reading:", len(lost))
	p.losses(lost)
	db := store.Tenant(memstore.New(), "coveside")
	kept := referral.NewCase(referral.New(read.Referral.ID, transition.TableOnly{}), needs.New("A-nadia", transition.TableOnly{}))
	permits := register.New(read.Referral.Person, transition.TableOnly{})
	if err := permits.Open(consent.England, bo(21)); err != nil {
		return err
	}
	for _, time := range []string{"The first time", "The second time"} {
		s := bo(21)
		lost, err := read.ReplayChoices(permits, s)
		if err != nil {
			return err
		}
		file := permits.File(register.FactsOf(*read.Person))
		more, err := read.Replay(kept, policy(consent.DirectCare, 21, func(person.ID) (*consent.File, error) { return file, nil }), s)
		if err != nil {
			return err
		}
		if err := p.recorded(time, db, kept, permits); err != nil {
			return err
		}
		p.losses(append(lost, more...))
		if kept, err = referral.NewRepository(db, transition.TableOnly{}).Case(context.Background(), read.Referral.ID); err != nil {
			return err
		}
		if permits, err = register.NewRepository(db, transition.TableOnly{}).Load(context.Background(), read.Referral.Person); err != nil {
			return err
		}
	}
	p.say("  She is %s there, the choir %s, and %v come first.\n", kept.Referral.State(), kept.Placements[0].State(), kept.Assessments[0].Codes())
	return nil
}

// recorded saves what was taken in, and prints what that was.
func (p *program) recorded(time string, db store.Driver, all ...store.Change) error {
	n, names := 0, map[string][]string{}
	for _, one := range all {
		batch, err := one.Pending()
		if err != nil {
			return err
		}
		for _, e := range batch.Events {
			of, what, _ := strings.Cut(string(e.Type), ".")
			names[of] = append(names[of], what)
			n++
		}
	}
	p.say("  %s it records %d events.", time, n)
	for _, of := range slices.Sorted(maps.Keys(names)) {
		p.say("    %-12s%s", of, strings.Join(names[of], ", "))
	}
	return store.Save(context.Background(), db, all...)
}

// bundle prints what is in a bundle.
func (p *program) bundle(b *resource.Bundle) {
	for _, e := range b.Entries {
		status := e.Resource.Get("status").Text()
		if coded := e.Resource.Get("clinicalStatus", "coding").First().Get("code"); !coded.IsZero() {
			status = coded.Text()
		}
		line := fmt.Sprintf("  %-15s %-12s", e.Resource.Type(), cmp.Or(status, e.Resource.Get("lifecycleStatus").Text()))
		if url := e.Object.Get("request", "url").Text(); url != "" {
			line += "  PUT " + url
		}
		p.say("%s", strings.TrimRight(line, " "))
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
	task, lost := p.encoder(fhir.SDOHCC(), choir(6).By, consent.Community, 6).Task(fhir.PlacementOf(p.c.Placements[0]), nil)
	if task == nil {
		return errors.New("the choir may not know of the placement")
	}
	p.say("To the choir, as a Task that is %s:", task.Get("status").Text())
	p.losses(lost)
	d := fhir.Decoder{Profile: fhir.SDOHCC(), Own: own}
	for i, status := range []string{"accepted", "accepted", "rejected", "received", "in-progress"} {
		at := choir(7 + i).At
		if err := p.answer(d, task.Clone().Set("status", resource.Text(status)).Set("lastModified", resource.Moment(at, nil)).Remove("businessStatus"), choir(7+i)); err != nil {
			return err
		}
	}
	back, err := outcome(task, choir(30).At)
	if err != nil {
		return err
	}
	if err := p.answer(d.In(back), back.Entries[0].Resource, choir(30)); err != nil {
		return err
	}
	p.say("")
	return nil
}

// answer takes one answer of the choir.
func (p *program) answer(d fhir.Decoder, said *resource.Object, s sp.Stamp) error {
	pl := p.c.Placements[0]
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
	if answer.Result.Outcome != "" {
		did += fmt.Sprintf(", need %s", answer.Result.Outcome)
	}
	p.say("  It answers %q: %s, and the placement is %s.", answer.Status, did, pl.State())
	p.losses(lost)
	return nil
}

// fromTheGP takes a referral that the GP's system sent, twice, and refuses one whose meaning
// nobody here knows.
func (p *program) fromTheGP() error {
	d := fhir.Decoder{Profile: fhir.England(), Own: own, Known: known}
	p.say("From the GP, a referral of somebody else:")
	r := referral.New("", transition.TableOnly{})
	for _, body := range []string{request, request, unread()} {
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
