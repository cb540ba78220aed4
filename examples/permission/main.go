// Command permission follows one person, June, and the six who want to know something of
// her: her GP, the garden group, her daughter, the safeguarding lead, another link worker
// and a researcher. It shows what each may see and why, what the garden group hears with
// the question and what once it has said yes, a permission that she takes back while she
// goes there, an override for her safety, a glass that is broken and reviewed, a group that
// asks for more, the document that she is owed, and how she is forgotten. Before any of it
// it shows when she may be rung, and what may be said to whoever answers.
//
//	go run ./examples/permission
//
// She is invented. It prints the same bytes each time.
package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/transition"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "permission:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("permission", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "permission takes no flags: it follows one invented person, and prints who may see what of her, and why") //nolint:errcheck // there is nowhere else to say it
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	keys := vault{}
	s := &scheme{ctx: ctx, keys: keys, policy: consent.StandardPolicy(), may: transition.TableOnly{}}
	s.db = store.Tenant(seal.Driver(memstore.New(), keys), "bay")
	for _, part := range []func() error{s.receive, s.sixRecipients, s.offer, s.askForMore, s.override, s.breakGlass, s.withdraw, s.readOut, s.forget} {
		if err := part(); err != nil {
			return err
		}
	}
	_, err := io.WriteString(stdout, s.out.String())
	return err
}

// A vault holds a key for each person. Its keys come from a hash, so that the program
// prints the same bytes; a real one draws them at random.
type vault map[string]bool // whose are destroyed

func (v vault) Secret(_ context.Context, r store.Record, name string) (seal.Secret, error) {
	of := cmp.Or(name, r.Terms["person"])
	if of == "" && r.Kind == person.Kind {
		of = r.ID
	}
	of = cmp.Or(of, "scheme")
	if v[of] {
		return seal.Secret{}, sp.ErrNotFound
	}
	sum := sha256.Sum256([]byte(of))
	return seal.Secret{Name: of, Key: sum[:]}, nil
}

func (v vault) forget(_ context.Context, of person.ID) error {
	v[string(of)] = true
	return nil
}

// A scheme is one link worker, Ann, with a database.
type scheme struct {
	ctx    context.Context
	out    strings.Builder
	keys   vault
	db     store.Driver
	policy *consent.Policy
	may    transition.Authorizer
	facts  register.Facts
}

const june = person.ID("P-june")

func day(n int) time.Time { return time.Date(2026, time.March, n, 10, 0, 0, 0, time.UTC) }

func by(id string, role sp.Role, on int) sp.Stamp {
	a := sp.Actor{ID: id, Role: role}
	if role == sp.RoleProvider {
		a.For = "bay/green"
	}
	return sp.By(a, day(on))
}

func ann(on int) sp.Stamp { return by("ann", sp.RoleLinkWorker, on) }

func (s *scheme) say(format string, args ...any) { fmt.Fprintf(&s.out, format+"\n", args...) }

// work loads June's register, gives it to f, and saves what f did.
func (s *scheme) work(f func(*register.Register) error) error {
	return store.Retry(s.ctx, 3, func(ctx context.Context) error {
		r, err := register.NewRepository(s.db, s.may).LoadOrNew(ctx, june)
		if err == nil {
			err = f(r)
		}
		if err != nil {
			return err
		}
		return store.Save(ctx, s.db, r)
	})
}

// receive keeps June, her referral, and what she agreed to.
func (s *scheme) receive() error {
	p := person.Person{
		ID: june, Name: sp.Hide(person.Name{Given: "June", Family: "Moon"}), Born: sp.Hide(sp.NewDate(1950, 5, 1)),
		Contacts:        []person.Contact{number},
		Representatives: []person.Representative{{Person: "P-daughter", Authority: person.FamilyCarer, Name: sp.Hide(person.Name{Given: "May"})}},
	}
	s.facts = register.FactsOf(p)
	s.facts.Holder, s.facts.Referrer = "ann", "bay/practice"
	record, err := person.Register(p, ann(2))
	if err != nil {
		return err
	}
	r := referral.New("R-june", s.may)
	k := referral.NewCase(r)
	reg := register.New(june, s.may)
	text, err := note.Write(note.Note{ID: "N-june", Person: june, Class: note.Team, Text: sp.Hide("Rang June. She misses the allotment.")}, ann(3))
	if err := cmp.Or(
		err,
		r.Receive(referral.Submission{Person: june, Urgency: referral.Routine, Source: "gp", From: "bay/practice", Reasons: []needs.Code{needs.Loneliness}}, by("dr-khan", sp.RoleReferrer, 2)),
		r.Accept("ann", ann(2)),
		r.Contact(person.Phone, 40, ann(3)),
		reg.Open(consent.England, ann(3)),
		reg.Choose(consent.Choice{
			ID: "C-garden", By: june, As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sharing", Version: "3"},
			Scope: consent.Scope{
				Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"bay/green"},
				Kinds: []consent.Kind{consent.Identity, consent.Contact, consent.Needs},
			},
			Until: day(3).AddDate(0, 6, 0),
		}, ann(3)),
	); err != nil {
		return err
	}
	s.contact(p)
	return store.Save(s.ctx, s.db, record, k, reg, text)
}

// sixRecipients shows who may see what, and why.
func (s *scheme) sixRecipients() error {
	s.say("\nWho may see what of June on 4 March\n")
	return s.work(func(r *register.Register) error {
		file := r.File(s.facts)
		for _, who := range []struct {
			name string
			ask  consent.Ask
		}{
			{"her GP", consent.Ask{To: "bay/practice", As: consent.ToGP, Purpose: consent.DirectCare}},
			{"the garden group", consent.Ask{To: "bay/green", As: consent.ToProvider, Purpose: consent.DirectCare}},
			{"her daughter", consent.Ask{To: "P-daughter", As: consent.ToGuardian, Purpose: consent.DirectCare}},
			{"the safeguarding lead", consent.Ask{To: "lee", As: consent.ToSafeguardingLead, Purpose: consent.ForSafeguarding}},
			{"another link worker", consent.Ask{To: "ben", As: consent.ToLinkWorker, Purpose: consent.DirectCare}},
			{"a researcher", consent.Ask{To: "study", As: consent.ToResearcher, Purpose: consent.Research}},
		} {
			s.say("  %s, for %s", who.name, words.Of(nil, who.ask.Purpose))
			for _, k := range []consent.Kind{consent.Identity, consent.Needs, consent.Notes} {
				q := who.ask
				q.Kind, q.At = k, day(4)
				a := s.policy.Decide(file, q)
				s.say("    %-8s %-3s %s (letter %s, %s, %s)", k, yesOrNo(a.Allow), words.Of(nil, a.Reason), a.Letter, a.Rules, a.Principles)
			}
		}
		return nil
	})
}

var (
	garden = consent.Ask{To: "bay/green", As: consent.ToProvider, Purpose: consent.DirectCare, Service: "bay/garden"}
	items  = []consent.Item{{Field: "name"}, {Field: "telephone-number"}, {Field: "need", Code: "loneliness"}, {Field: "need", Code: "domestic-abuse"}}
)

// offer asks the garden group whether there is a place, and tells the rest once it says yes.
func (s *scheme) offer() error {
	var split consent.Split
	err := s.work(func(r *register.Register) error {
		q := garden
		q.At = day(4)
		split = s.policy.Stages(r.File(s.facts), q, items...)
		s.say("\nThe garden group is asked for a place\n  with the question: %s\n  once they say yes: %s\n  not at all: %s", listed(split.WithQuestion), listed(split.OnceYes), listed(split.Withheld))
		q.Stage = consent.WithQuestion
		_, err := r.Tell(s.policy, s.facts, register.Telling{ID: "T-1", Ask: q, Items: split.WithQuestion}, ann(4))
		return err
	})
	if err != nil {
		return err
	}
	k, err := referral.NewRepository(s.db, s.may).Case(s.ctx, "R-june")
	if err != nil {
		return err
	}
	p, err := k.Propose(placement.Proposal{ID: "PL-june", Service: "bay/garden", Provider: "bay/green", Needs: []needs.Code{needs.Loneliness}}, ann(4))
	if err != nil {
		return err
	}
	sending := placement.Sending{Level: placement.FullReferral, Authority: consent.Agreement, Items: split.WithQuestion, OnceYes: split.OnceYes}
	if err := cmp.Or(
		p.Offer(sending, s.reading(4), ann(4)),
		p.Accept(by("sam", sp.RoleProvider, 5)),
		p.Disclose(placement.Disclosure{Items: sending.OnceYes, Authority: consent.Agreement}, s.reading(5), ann(5)),
		store.Save(s.ctx, s.db, k),
	); err != nil {
		return err
	}
	return s.work(func(r *register.Register) error {
		q := garden
		q.Stage = consent.OnceYes
		_, err := r.Tell(s.policy, s.facts, register.Telling{ID: "T-2", Ask: q, Items: split.OnceYes}, ann(5))
		return err
	})
}

// reading is the permission that package placement asks.
func (s *scheme) reading(on int) consent.Reading {
	return consent.Reading{Policy: s.policy, Purpose: consent.DirectCare, At: day(on), Files: func(of person.ID) (*consent.File, error) {
		r, err := register.NewRepository(s.db, s.may).Load(s.ctx, of)
		if err != nil {
			return nil, err
		}
		return r.File(s.facts), nil
	}}
}

// askForMore has the garden group ask for what nobody agreed to.
func (s *scheme) askForMore() error {
	return s.work(func(r *register.Register) error {
		if err := r.Request(register.Requested{Request: "Q-1", By: "bay/green", As: consent.ToProvider, Fields: []string{"measures"}, Reason: "to-plan"}, by("sam", sp.RoleProvider, 6)); err != nil {
			return err
		}
		_, err := r.Tell(s.policy, s.facts, register.Telling{ID: "T-3", Ask: garden, Items: []consent.Item{{Field: "measures"}}}, ann(7))
		s.say("\nThe garden group asks for her measures\n  %s", toldOrNot(err))
		if err := r.Reply(register.Replied{Request: "Q-1", Refused: "no-agreement"}, ann(8)); err != nil {
			return err
		}
		s.say("  answered after %.0f days: %s", r.Requests()[0].Age(day(9)).Hours()/24, r.Requests()[0].Refused)
		return nil
	})
}

// override tells the council, for her safety and against her wish.
func (s *scheme) override() error {
	return s.work(func(r *register.Register) error {
		council := consent.Ask{To: "bay/council", As: consent.ToProvider, Purpose: consent.ForSafeguarding}
		what := []consent.Item{{Field: "name"}, {Field: "address"}}
		_, err := r.Tell(s.policy, s.facts, register.Telling{ID: "T-4", Ask: council, Items: what}, ann(9))
		s.say("\nThe council is to hear of a bruise\n  before an override: %s", toldOrNot(err))
		if err := r.Override(s.policy, consent.Override{
			ID: "O-1", Ground: consent.AdultAtRisk, To: "bay/council", Kinds: []consent.Kind{consent.Identity, consent.Contact},
			Facts: "N-june", Adviser: "lee", Asked: sp.Yes, Told: sp.Yes,
		}, ann(9)); err != nil {
			return err
		}
		told, err := r.Tell(s.policy, s.facts, register.Telling{ID: "T-4", Ask: council, Items: what}, ann(9))
		if err != nil {
			return err
		}
		s.say("  after an override by Ann: %s hears it on %s (%s)", told.Ask.To, words.Of(nil, told.Facts[0].Authority), told.Facts[0].Source)
		_, err = r.Tell(s.policy, s.facts, register.Telling{ID: "T-5", Ask: council, Items: what}, ann(9))
		s.say("  a second time: %s", toldOrNot(err))
		return r.Review("O-1", sp.Yes, by("lee", sp.RoleSafeguardingLead, 10))
	})
}

// breakGlass has another worker read on a day when Ann is away.
func (s *scheme) breakGlass() error {
	waiting, err := register.NewRepository(s.db, s.may).Waiting(s.ctx, "ben")
	if err != nil {
		return err
	}
	return s.work(func(r *register.Register) error {
		if err := r.BreakGlass(s.policy, consent.Glass{ID: "G-1", Ground: consent.DangerToLife, Facts: "N-june"}, waiting, by("ben", sp.RoleLinkWorker, 11)); err != nil {
			return err
		}
		q := consent.Ask{To: "ben", As: consent.ToLinkWorker, Purpose: consent.DirectCare, Kind: consent.Notes, At: day(11)}
		a := s.policy.Decide(r.File(s.facts), q)
		s.say("\nBen reads her notes while Ann is away: %s, on %s (%s), to be reviewed by %s", yesOrNo(a.Allow), words.Of(nil, a.Authority), a.Source, a.Until.Format("Monday 2 January 15:04"))
		if err := r.Review("G-1", sp.Yes, by("lee", sp.RoleSafeguardingLead, 12)); err != nil {
			return err
		}
		q.At = day(13)
		s.say("  after the review: %s", yesOrNo(s.policy.Decide(r.File(s.facts), q).Allow))
		return nil
	})
}

// withdraw takes her permission back while she goes to the garden group.
func (s *scheme) withdraw() error {
	s.say("\nWho was told what, on which authority, until when")
	if err := s.work(func(r *register.Register) error {
		for _, t := range r.Told() {
			for _, what := range t.Facts {
				until := "for this once"
				if what.Authority == consent.Agreement {
					until = "until " + what.Until.Format(time.DateOnly)
				}
				s.say("  %s %s %s on %s (%s), %s", t.At.Format(time.DateOnly), t.Ask.To, what.Field, words.Of(nil, what.Authority), what.Source, until)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	effects, err := subject.Withdraw(s.ctx, s.db, s.may, s.policy, june, "C-garden", ann(14))
	if err != nil {
		return err
	}
	s.say("\nJune takes her permission back")
	for _, e := range effects {
		s.say("  %s was %s: %s; no longer told: %s", e.Placement, words.Of(nil, e.State), words.Of(nil, e.Then), listed(e.Stops))
	}
	return nil
}

// readOut makes the document that she is owed.
func (s *scheme) readOut() error {
	due, _ := subject.TimeLimit{Received: sp.NewDate(2026, 3, 16)}.Due()
	d, err := subject.Read(s.ctx, s.db, subject.Kinds(), subject.Request{
		Person: june, As: subject.Self, Appeal: "ico.org.uk",
		Opinion: &subject.Opinion{By: sp.Actor{ID: "dr-khan", Role: sp.RoleReferrer}, Profession: "general-practitioner", At: day(17)},
	})
	if err != nil {
		return err
	}
	sections := map[consent.Kind]int{}
	for _, p := range d.Parts {
		sections[p.About]++
	}
	s.say("\nJune asks what is kept of her on 16 March: owed by %s\n  complete: %s", due, yesOrNo(d.Complete))
	for _, k := range slices.Sorted(maps.Keys(sections)) {
		s.say("  %s: %d", k, sections[k])
	}
	for _, w := range d.Withheld {
		s.say("  withheld of %s: %s, appeal to %s", w.Kind, words.Of(nil, w.Ground), w.Appeal)
	}
	return nil
}

// forget erases her.
func (s *scheme) forget() error {
	e := subject.Eraser{DB: s.db, May: s.may, Forget: s.keys.forget}
	p, err := e.Erase(s.ctx, "E-june", june, subject.AtRequest, ann(20))
	if err != nil {
		return err
	}
	s.say("\nJune asks to be forgotten: %s", p.State())
	counts := p.Counts()
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		s.say("  %s: %d", kind, counts[kind])
	}
	for step := range p.Steps() {
		s.say("  %s", step.Event.EventType())
	}
	if _, err = subject.Read(s.ctx, s.db, subject.Kinds(), subject.Request{Person: june, As: subject.Self}); !errors.Is(err, sp.ErrNotFound) {
		return errors.Join(err, errors.New("something is still kept of her"))
	}
	s.say("  nothing is kept of her any more")
	return nil
}
