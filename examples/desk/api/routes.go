package api

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// table is all that the API can do.
func (a *API) table() []route {
	referrers, workers, providers := []sp.Role{sp.RoleReferrer}, []sp.Role{sp.RoleLinkWorker}, []sp.Role{sp.RoleProvider}
	readers := []sp.Role{sp.RoleLinkWorker, sp.RoleTeamLead}
	return []route{
		query("/openapi.json", "This description.", nil, func(*call) (map[string]any, error) { return a.description, nil }),
		command(a, "/sessions", "Begin a session: of a user of the invented world, on this machine alone, or of whoever holds a link.", http.StatusCreated, nil, a.signIn),

		command(a, "/referrals", "Refer somebody.", http.StatusCreated, referrers, refer),
		with(query("/referrals", "The own referrals that are on their way, page by page.", referrers, sent), paging{}),

		query("/morning", "Whom to ring first today, and why; and who waits.", workers, today),
		query("/referrals/{id}", "A referral and whom it is about, as far as the reader may see.", readers, show),
		shown(command(a, "/referrals/{id}/accept", "Take somebody who waits on the own caseload.", http.StatusNoContent, workers, accept)),
		shown(command(a, "/referrals/{id}/talks", "Record a conversation.", http.StatusNoContent, workers, talk)),
		command(a, "/referrals/{id}/notes", "Keep a note.", http.StatusNoContent, workers, write),
		with(query("/referrals/{id}/options", "What could help with a need, and what nearly could.", workers, choose), needed{}),
		shown(command(a, "/referrals/{id}/offers", "Ask a provider for a place, and hold it until the answer is due.", http.StatusCreated, workers, a.offer)),

		query("/placements/{id}", "What a provider was told and asked.", providers, ask),
		shown(command(a, "/placements/{id}/answer", "Say yes, no, or not yet.", http.StatusNoContent, providers, reply)),
		command(a, "/placements/{id}/attendances", "Say whether somebody came.", http.StatusNoContent, providers, attend),
	}
}

// signIn stands in for the identity provider of an organisation: it believes whoever sits at
// this machine. A link it believes from anywhere.
func (a *API) signIn(c *call, in signIn) (s session, err error) {
	var began gate.Session
	if in.Link.Reveal() != "" {
		began, s.Token, err = a.o.Gate.Visit(c.r, in.Link.Reveal())
	} else {
		desk, local := a.o.Desks[app.Tenant(in.Tenant)], gate.Local(c.r)
		if desk == nil || !local {
			return session{}, errLink
		}
		i := slices.IndexFunc(desk.Scheme.Accounts, func(x app.Account) bool { return x.Actor.ID == in.User })
		if i < 0 {
			return session{}, errLink
		}
		began, s.Token, err = a.o.Gate.Begin(in.Tenant, desk.Scheme.Accounts[i].Actor)
	}
	if err != nil {
		return session{}, errLink
	}
	s.Role, s.Until = began.Actor.Role, began.Until
	return s, nil
}

func refer(c *call, in intake) (receipt, error) {
	r, err := c.desk.Refer(c.r.Context(), c.Acting, app.Form{
		Number: in.Number, Name: sp.Hide(person.Name{Given: in.Given.Reveal(), Family: in.Family.Reveal()}), Born: in.Born,
		Telephone: in.Telephone, Safe: in.Safe, Message: in.Message, Urgency: in.Urgency, Reasons: in.Reasons, Agreed: in.Agreed,
	})
	c.made = string(r.Referral)
	return receipt(r), err
}

// paging is a place in a list: the Next of the page before.
type paging struct {
	After string `query:"after"`
	Limit int    `query:"limit" minimum:"1" maximum:"100"`
}

func sent(c *call) (page sentPage, err error) {
	query, limit := c.r.URL.Query(), 20
	if text := query.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil {
			return page, sp.Invalid("request", "limit", sp.Malformed, "must be a number")
		}
	}
	var after store.Cursor
	if err := after.UnmarshalText([]byte(query.Get("after"))); err != nil {
		return page, err
	}
	all, next, err := c.desk.Sent(c.r.Context(), c.By, limit, after)
	return sentPage{all, next}, err
}

func today(c *call) (morning, error) {
	day, err := c.desk.Morning(c.r.Context(), c.By)
	if err != nil {
		return morning{}, err
	}
	m := morning{On: day.On}
	for _, t := range slices.Concat(day.Safety, day.Due, day.Coming, day.Without) {
		m.Lines = append(m.Lines, line{t.Referral, called(day.Names[t.Person]), t.Class, t.Why, t.Next, t.By, t.Late})
	}
	for _, w := range day.Waiting {
		m.Waiting = append(m.Waiting, waits{w.Referral, w.Urgency, w.Days, w.Due})
	}
	return m, nil
}

func show(c *call) (page, error) {
	p, err := c.desk.Person(c.r.Context(), c.By, referral.ID(c.id()))
	if err != nil {
		return page{}, err
	}
	seen := page{
		Referral: p.Referral, Version: p.Version, State: p.Case.Referral.State(), Name: called(p.Person.Name),
		Needs: p.Case.Referral.Needs(), Hidden: p.Hidden, Legal: p.Legal,
	}
	for _, contact := range p.Person.Reach(person.Phone) {
		seen.Telephones = append(seen.Telephones, plain(contact.Value))
	}
	for _, n := range p.Notes {
		seen.Notes = append(seen.Notes, written{n.At, n.By.ID, plain(n.Text)})
	}
	for _, x := range p.Case.Placements {
		seen.Placements = append(seen.Placements, placed{x.ID(), x.Service(), x.State()})
	}
	return seen, nil
}

func accept(c *call, _ nothing) (nothing, error) {
	return nothing{}, c.desk.Accept(c.r.Context(), c.Acting, referral.ID(c.id()))
}

func talk(c *call, in talked) (nothing, error) {
	return nothing{}, c.desk.Talk(c.r.Context(), c.Acting, referral.ID(c.id()), app.Talk(in))
}

func write(c *call, in noted) (nothing, error) {
	return nothing{}, c.desk.Note(c.r.Context(), c.Acting, referral.ID(c.id()), in.Text)
}

// needed says for which need options are sought.
type needed struct {
	Need needs.Code `query:"need" required:"true"`
}

func choose(c *call) (options, error) {
	need := needs.Code(c.r.URL.Query().Get("need"))
	if !sp.ValidCode(need) {
		return options{}, sp.Invalid("request", "need", sp.Malformed, sp.CodeRule)
	}
	found, err := c.desk.Options(c.r.Context(), c.By, referral.ID(c.id()), need)
	if err != nil {
		return options{}, err
	}
	o := options{Version: found.Version}
	for _, f := range found.Fits {
		o.Fits = append(o.Fits, option{f.Offer.ID, f.Offer.Name, f.Offer.Provider, f.Verdict.Truth, questions(f.Questions())})
	}
	for _, m := range found.NearMiss {
		o.Near = append(o.Near, option{m.Offer.ID, m.Offer.Name, m.Offer.Provider, sp.No, []string{m.Change.String()}})
	}
	return o, nil
}

func questions(open []matching.Verdict) (all []string) {
	for _, v := range open {
		all = append(all, v.Change.String())
	}
	return all
}

func (a *API) offer(c *call, in app.Offer) (asked, error) {
	ctx, id := c.r.Context(), referral.ID(c.id())
	name, err := c.desk.Offer(ctx, c.Acting, id, in)
	if err != nil {
		return asked{}, err
	}
	p, err := c.desk.Person(ctx, c.By, id)
	if err != nil {
		return asked{}, err
	}
	x, ok := p.Case.Placement(name)
	if !ok {
		return asked{}, sp.ErrNotFound
	}
	link, err := a.seal(c, app.ProviderDoor(name, x.Provider(), x.Sent().ReplyBy))
	return asked{name, link}, err
}

// seal returns the token of a link, by which POST /sessions lets somebody in.
func (a *API) seal(c *call, d app.Door) (string, error) {
	return a.o.Gate.Seal(gate.Link{Tenant: string(c.desk.Tenant), To: d.To, Actor: d.Actor, Until: d.Until})
}

func ask(c *call) (question, error) {
	q, err := c.desk.Question(c.r.Context(), c.By, placement.ID(c.id()))
	return question{q.Placement, q.Version, q.State, q.Service, q.Needs, q.ReplyBy, called(q.Name), plain(q.Telephone)}, err
}

func reply(c *call, in app.Answer) (nothing, error) {
	return nothing{}, c.desk.Answer(c.r.Context(), c.Acting, placement.ID(c.id()), in)
}

func attend(c *call, in app.Attendance) (nothing, error) {
	return nothing{}, c.desk.Attend(c.r.Context(), c.Acting, placement.ID(c.id()), in)
}
