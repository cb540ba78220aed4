// Package seed is the invented world of the desk: two schemes, Sandholme and Dale, with
// their teams, a directory, and people who are on their way. The same clock gives the same
// world, and seeding a database twice changes nothing.
package seed

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/triage"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
)

// What the district has, and the crosswalk from its topics to needs.
var (
	//go:embed bay.json
	bay []byte
	//go:embed crosswalk.json
	crosswalk []byte
)

// Tenants are the schemes of the process.
var Tenants = [...]app.Tenant{"sandholme", "dale"}

// Who works with a scheme; each tenant has the same roles and never sees the other's.
var (
	DrKhan = sp.Actor{ID: "dr-khan", Role: sp.RoleReferrer, For: "practice-hill"}
	Ann    = sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	Ben    = sp.Actor{ID: "ben", Role: sp.RoleLinkWorker}
	Lena   = sp.Actor{ID: "lena", Role: sp.RoleTeamLead}
	Bo     = sp.Actor{ID: "bo", Role: app.Board}
	Ada    = sp.Actor{ID: "ada", Role: app.Administrator}
)

// names are what the schemes are called.
var names = map[app.Tenant]string{"sandholme": "Sandholme Link", "dale": "Dale Together"}

// Scheme is what the people of a tenant have agreed on.
func Scheme(t app.Tenant) app.Scheme {
	calendar := sp.NewCalendar(time.UTC)
	clocks := map[concern.Kind]concern.Standard{}
	for _, k := range concern.Kinds() {
		clocks[k] = concern.Proposed(k, calendar)
	}
	s := app.Scheme{
		Name: names[t], Crisis: "999",
		Criteria: triage.Criteria{Name: string(t) + "-2026-1", List: []triage.Criterion{triage.Ages("adult", "must be 18 or older", 18*12, 0)}},
		Promises: worklist.Policy{
			Waiting: worklist.Standards{
				Name:     string(t) + "-2026-1",
				Workdays: map[referral.Urgency]int{referral.Urgent: 1, referral.Soon: 5, referral.Routine: 10}, Grace: 2,
			},
			Concerns: clocks, CheckIn: map[referral.Urgency]int{referral.Routine: 14, referral.Soon: 7, referral.Urgent: 2},
			Look: 14, Tell: 21, Calendar: calendar,
		},
	}
	for i, x := range []struct {
		actor sp.Actor
		name  string
	}{{DrKhan, "Dr Khan"}, {Ann, "Ann Archer"}, {Ben, "Ben Brook"}, {Lena, "Lena Lake"}, {Bo, "Bo Bright"}, {Ada, "Ada Admin"}} {
		s.Accounts = append(s.Accounts, app.Account{Tenant: t, Actor: x.actor, Name: sp.Hide(x.name), Telephone: fmt.Sprintf("01632 96002%d", i)})
	}
	return s
}

// Directory reads what the district has.
func Directory(ctx context.Context, at time.Time) (app.Directory, error) {
	cross, err := taxonomy.ParseCrosswalk(crosswalk)
	if err != nil {
		return app.Directory{}, err
	}
	catalogue, _, err := hsds.ReadJSON(ctx, bytes.NewReader(bay), "bay.json", feed.Options{Feed: "bay"})
	if err != nil {
		return app.Directory{}, err
	}
	offers := catalogue.Offers()
	for i := range offers {
		offers[i].Capacity.Updated = at
	}
	return app.Directory{Offers: offers, Crosswalk: cross, Read: at, Contracts: contracts(offers, sp.DateOf(at))}, nil
}

// contracts pay for every other service, each since April: for a year, for two, or for a
// year and then for less.
func contracts(offers []directory.Offer, today sp.Date) (all []contract.Terms) {
	from, paid := sp.NewDate(today.FinancialYear(time.April), time.April, 1), map[directory.ID]bool{}
	for _, o := range offers {
		if paid[o.Service] {
			continue
		}
		paid[o.Service] = true
		pay := func(months int, from sp.Date, monthly int64) {
			all = append(all, contract.Terms{
				ID: contract.ID(fmt.Sprintf("C-%d", len(all)+1)), Provider: cmp.Or(o.Organisation, o.Service), Service: o.Service,
				Period: from.Months(months), Amount: sp.Pounds(monthly * int64(months)),
			})
		}
		switch len(paid) % 6 {
		case 1:
			pay(12, from, 600)
		case 3:
			pay(24, from, 450)
		case 5:
			pay(12, from, 900)
			pay(12, from.AddMonths(12), 400)
		}
	}
	return all
}

// Since returns when the world of a desk began, which is what its directory is as of: now, if
// nothing has happened yet.
func Since(ctx context.Context, d *app.Desk) (time.Time, error) {
	for e, err := range d.Store().Log(ctx, "", "") {
		return e.Stamp.At, err
	}
	return d.Now(), nil
}

// Reader returns how work beside requests reads the directory of a desk: once, since it
// does not change.
func Reader(d *app.Desk) func(context.Context, time.Time) (app.Directory, error) {
	return func(ctx context.Context, read time.Time) (app.Directory, error) {
		since, err := Since(ctx, d)
		if err != nil || since.Equal(read) {
			return app.Directory{}, err
		}
		return Directory(ctx, since)
	}
}

// World fills a desk with its team, its directory, and people who are on their way.
func World(ctx context.Context, d *app.Desk) error {
	since, err := Since(ctx, d)
	if err != nil {
		return err
	}
	dir, err := Directory(ctx, since)
	if err != nil {
		return err
	}
	if err := d.Shelve(dir); err != nil {
		return err
	}
	if _, err := workforce.Workers(d.Store()).Load(ctx, Ann.ID); !errors.Is(err, sp.ErrNotFound) {
		return err // seeded before, or an error
	}
	if err := employ(ctx, d); err != nil {
		return fmt.Errorf("team: %w", err)
	}
	if _, err := d.StatePlaces(ctx, dir.Offers); err != nil {
		return fmt.Errorf("places: %w", err)
	}
	for i, p := range people {
		if err := p.arrive(ctx, d, i); err != nil {
			return fmt.Errorf("seed person %d: %w", i+1, err)
		}
	}
	return nil
}

// employ registers the team.
func employ(ctx context.Context, d *app.Desk) error {
	today := sp.DateOf(d.Now())
	var week []workforce.Shift
	for _, day := range []string{"monday", "tuesday", "wednesday", "thursday", "friday"} {
		week = append(week, workforce.Shift{Day: day, Start: 9 * 60, End: 17 * 60})
	}
	var changes []store.Change
	for _, w := range []workforce.Worker{
		{ID: "ann", Roles: []sp.Role{sp.RoleLinkWorker}, Name: sp.Hide("Ann Archer")},
		{ID: "ben", Roles: []sp.Role{sp.RoleLinkWorker}, Name: sp.Hide("Ben Brook")},
		{ID: "lena", Roles: []sp.Role{sp.RoleTeamLead}, Name: sp.Hide("Lena Lake")},
	} {
		if w.ID != "lena" {
			w.Ages, w.Supervisor, w.Areas, w.Employer = workforce.AllAges, "lena", []string{string(d.Tenant)}, "alliance"
			w.Employment = sp.Hide(workforce.Employment{WTE: 100, PayBand: "AfC-5", Hours: week, Contract: sp.Period{Start: today.Add(-700)}})
		}
		r, err := workforce.Register(w, sp.By(Lena, d.Now()))
		if err != nil {
			return err
		}
		changes = append(changes, r)
	}
	return store.Save(ctx, d.Store(), changes...)
}

// A guest is somebody on their way: how far they have come.
type guest struct {
	number, given, family string
	born                  sp.Date
	urgency               referral.Urgency
	needs                 []needs.Code
	far                   int // 1 is on a caseload, 2 was spoken to
}

var people = []guest{
	{"9434765919", "June", "Moon", sp.NewDate(1950, 5, 1), referral.Soon, []needs.Code{needs.Loneliness}, 2},
	{"9434765870", "Rose", "Hill", sp.NewDate(1945, 2, 28), referral.Routine, []needs.Code{needs.Loneliness, needs.Inactivity}, 1},
	{"9434765838", "Mia", "Wells", sp.NewDate(2001, 9, 9), referral.Urgent, []needs.Code{needs.Debt}, 0},
}

// Form returns what a practice would send for somebody.
func Form(number sp.NHSNumber, given, family string, born sp.Date, urgency referral.Urgency, reasons ...needs.Code) app.Form {
	return app.Form{
		Number: number, Name: sp.Hide(person.Name{Given: given, Family: family}), Born: sp.Hide(born),
		Telephone: sp.Hide("07700 900123"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.Yes}, Message: person.LeaveNothing,
		Urgency: urgency, Reasons: reasons, Agreed: sp.Yes,
	}
}

// arrive has somebody referred and taken as far as they have come.
func (g guest) arrive(ctx context.Context, d *app.Desk, i int) error {
	number, err := sp.ParseNHSNumber(g.number)
	if err != nil {
		return err
	}
	key := func(what string) string { return fmt.Sprintf("seed-%d-%s", i, what) }
	sent, err := d.Refer(ctx, app.Acting{By: DrKhan, Key: key("refer")}, Form(number, g.given, g.family, g.born, g.urgency, g.needs...))
	if err != nil || g.far < 1 {
		return err
	}
	if err := d.Accept(ctx, app.Acting{By: Ann, Key: key("accept")}, sent.Referral); err != nil || g.far < 2 {
		return err
	}
	return d.Talk(ctx, app.Acting{By: Ann, Key: key("talk")}, sent.Referral, app.Talk{
		Channel: person.Phone, Minutes: 40, Needs: g.needs, Agrees: sp.Yes, Note: sp.Hide("Rang. Misses the allotment."),
	})
}
