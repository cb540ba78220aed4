package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/rest"
)

// table is all that the API can do.
func (a *API) table() []route {
	return slices.Concat(a.forPractices(), a.forWorkers(), a.forProviders(), a.forLeads(), a.forPeople())
}

func (a *API) forPractices() []route {
	practices := []sp.Role{sp.RoleReferrer}
	return []route{
		query("/openapi.json", "This description.", nil, func(*call) (map[string]any, error) { return a.description, nil }),
		command(a, "/sessions", "Begin a session: of a user of the invented world, on this machine alone, or of whoever holds a link.", http.StatusCreated, nil, a.signIn),
		command(a, "/referrals", "Refer somebody.", http.StatusCreated, practices, refer),
		with(query("/referrals", "The own referrals that are on their way, page by page.", practices, sent), paging{}),
	}
}

func (a *API) forWorkers() []route {
	workers, none := []sp.Role{sp.RoleLinkWorker}, http.StatusNoContent
	readers := []sp.Role{sp.RoleLinkWorker, sp.RoleTeamLead}
	return []route{
		query("/morning", "Whom to ring first today, and why; and who waits.", workers, all((*app.Desk).Morning)),
		query("/referrals/{id}", "A referral and whom it is about, as far as the reader may see.", readers, one((*app.Desk).Person)),
		with(query("/referrals/{id}/options", "What could help with a need, and what nearly could.", readers, choose), needed{}),
		shown(command(a, "/referrals/{id}/accept", "Take somebody who waits on the own caseload.", none, workers, do(func(d *app.Desk, ctx context.Context, by app.Acting, id referral.ID, _ nothing) error {
			return d.Accept(ctx, by, id)
		}))),
		shown(command(a, "/referrals/{id}/attempts", "Record that somebody was not reached.", none, workers, do((*app.Desk).Attempt))),
		shown(command(a, "/referrals/{id}/talks", "Record a conversation.", none, workers, do((*app.Desk).Talk))),
		shown(command(a, "/referrals/{id}/notes", "Keep a note.", none, workers, do((*app.Desk).Note))),
		query("/referrals/{id}/notes", "The notes about whom a referral is about.", readers, func(c *call) ([]note.Version, error) {
			p, err := c.desk.Person(c.r.Context(), c.By, referral.ID(c.id()))
			return p.Notes, err
		}),
		shown(command(a, "/referrals/{id}/goals", "Record a goal in the words of the person.", none, workers, do((*app.Desk).SetGoal))),
		shown(command(a, "/referrals/{id}/reviews", "Record how far a goal has come.", none, workers, do((*app.Desk).ReviewGoal))),
		shown(command(a, "/referrals/{id}/measures", "Score a questionnaire. An answer that gives cause for it raises a concern.", http.StatusOK, workers, measured)),
		shown(command(a, "/referrals/{id}/offers", "Ask a provider for a place, and hold it until the answer is due.", http.StatusCreated, workers, a.offer)),
		shown(command(a, "/referrals/{id}/replies", "Answer a provider who asked to know more.", none, workers, do((*app.Desk).AnswerMore))),
		shown(command(a, "/referrals/{id}/concerns", "Raise a concern about somebody's safety.", none, workers, do((*app.Desk).Raise))),
		shown(command(a, "/referrals/{id}/concerns/offers", "Ask a team to take a concern over.", none, workers, do((*app.Desk).AskTeam))),
		shown(command(a, "/referrals/{id}/concerns/answers", "Record what a team said other than yes.", none, workers, do((*app.Desk).AnswerConcern))),
		shown(command(a, "/referrals/{id}/concerns/takings", "Record, as a second person, that a team has taken a concern over.", none, workers, do((*app.Desk).HandedOver))),
		shown(command(a, "/referrals/{id}/end", "End a referral with what came of it, or why it ends.", none, workers, do((*app.Desk).End))),
		command(a, "/referrals/{id}/link", "A link by which somebody sees their own page.", http.StatusCreated, workers, a.invite),
		shown(command(a, "/referrals/{id}/erase", "Forget somebody: every record of theirs, and their key.", http.StatusOK, workers, erase)),
	}
}

func (a *API) forProviders() []route {
	providers, none := []sp.Role{sp.RoleProvider}, http.StatusNoContent
	return []route{
		query("/placements/{id}", "What a provider was told and asked.", providers, one((*app.Desk).Question)),
		shown(command(a, "/placements/{id}/answer", "Say yes, no, or not yet.", none, providers, do((*app.Desk).Answer))),
		shown(command(a, "/placements/{id}/attendances", "Say whether somebody came.", none, providers, do((*app.Desk).Attend))),
		shown(command(a, "/placements/{id}/wishes", "Ask to know more, and say why.", none, providers, do((*app.Desk).AskMore))),
		shown(command(a, "/placements/{id}/end", "Say how it came to its end.", none, providers, do((*app.Desk).Finish))),
	}
}

func (a *API) forLeads() []route {
	leads, team := []sp.Role{sp.RoleTeamLead}, []sp.Role{sp.RoleTeamLead, sp.RoleLinkWorker}
	return []route{
		query("/team", "What each carries and can still carry, whose risk is held, and who waits.", leads, all((*app.Desk).Team)),
		query("/hand-overs", "The hand-overs of which somebody is still to answer.", team, all((*app.Desk).HandOvers)),
		command(a, "/hand-overs", "Offer cases of one worker to others.", http.StatusCreated, leads, handOver),
		query("/hand-overs/{id}", "A hand-over as it stands.", team, one((*app.Desk).HandedOn)),
		shown(command(a, "/hand-overs/{id}/answers", "Take a case that was offered, or say why not; as the lead, take what nobody has answered.", http.StatusNoContent, team, take)),
		query("/board", "How the scheme does, as it may leave the house.", []sp.Role{app.Board, sp.RoleTeamLead}, board),
	}
}

func (a *API) forPeople() []route {
	self := []sp.Role{sp.RolePerson}
	return []route{
		query("/mine", "The own page: what happens, who was told what, and what may be taken back.", self, all((*app.Desk).Mine)),
		query("/mine/copy", "Everything that is kept of oneself.", self, copied),
		with(query("/mine/effects", "What taking a choice back would do.", self, effects), chosen{}),
		shown(command(a, "/mine/withdrawals", "Take a choice back.", http.StatusOK, self, withdraw)),
	}
}

// all is a question to the desk about all that somebody may see.
func all[Out any](f func(*app.Desk, context.Context, sp.Actor) (Out, error)) func(*call) (Out, error) {
	return func(c *call) (Out, error) { return f(c.desk, c.r.Context(), c.By) }
}

// one is a question to the desk about the one thing in the path.
func one[ID ~string, Out any](f func(*app.Desk, context.Context, sp.Actor, ID) (Out, error)) func(*call) (Out, error) {
	return func(c *call) (Out, error) { return f(c.desk, c.r.Context(), c.By, ID(c.id())) }
}

// do is a command of the desk that answers nothing but that it was done.
func do[ID ~string, In any](f func(*app.Desk, context.Context, app.Acting, ID, In) error) func(*call, In) (nothing, error) {
	return func(c *call, in In) (nothing, error) {
		return nothing{}, f(c.desk, c.r.Context(), c.Acting, ID(c.id()), in)
	}
}

func refer(c *call, in app.Form) (app.Sent, error) {
	r, err := c.desk.Refer(c.r.Context(), c.Acting, in)
	c.made = string(r.Referral)
	return r, err
}

// paging is a place in a list: the Next of the page before.
type paging struct {
	After string `query:"after"`
	Limit int    `query:"limit" minimum:"1" maximum:"100"`
}

func sent(c *call) (page sentPage, err error) {
	limit, after, err := rest.Page(c.r, 20, 100)
	if err != nil {
		return page, err
	}
	page.Referrals, page.Next, err = c.desk.Sent(c.r.Context(), c.By, limit, after)
	return page, err
}

// needed says for which need options are sought.
type needed struct {
	Need needs.Code `query:"need" required:"true"`
}

func choose(c *call) (app.Options, error) {
	need := needs.Code(c.r.FormValue("need"))
	if !sp.ValidCode(need) {
		return app.Options{}, sp.Invalid("request", "need", sp.Malformed, sp.CodeRule)
	}
	return c.desk.Options(c.r.Context(), c.By, referral.ID(c.id()), need)
}

func measured(c *call, in app.Filled) (measure.Result, error) {
	return c.desk.Measure(c.r.Context(), c.Acting, referral.ID(c.id()), in)
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
	l, err := a.seal(c, app.ProviderDoor(name, x.Provider(), x.Sent().ReplyBy))
	return asked{name, l.Link}, err
}

// seal returns the token of a link, by which POST /sessions lets somebody in.
func (a *API) seal(c *call, d app.Door) (l link, err error) {
	l.Link, err = a.o.Gate.Seal(gate.Link{Tenant: string(c.desk.Tenant), To: d.To, Actor: d.Actor, Until: d.Until})
	return l, err
}

func (a *API) invite(c *call, _ nothing) (link, error) {
	d, err := c.desk.PersonDoor(c.r.Context(), c.By, referral.ID(c.id()))
	if err != nil {
		return link{}, err
	}
	return a.seal(c, d)
}

func erase(c *call, in erasing) (*subject.Protocol, error) {
	of, err := subject.Of(c.r.Context(), c.desk.Store(), c.id())
	if err != nil {
		return nil, err
	}
	return c.desk.Erase(c.r.Context(), c.Acting, of, in.Why)
}

func handOver(c *call, in cases) (began, error) {
	id, err := c.desk.HandOver(c.r.Context(), c.Acting, caseload.Offering{From: in.From, Lead: referral.WorkerID(c.By.ID), Why: in.Why, By: in.By, Cases: in.Cases})
	return began{id}, err
}

func take(c *call, in taking) (nothing, error) {
	return nothing{}, c.desk.Take(c.r.Context(), c.Acting, caseload.ID(c.id()), in.Referral, in.Taking)
}

// board leaves out how a figure was counted: what is left out of one may be a small number.
func board(c *call) (figures, error) {
	found, err := c.desk.Board(c.r.Context(), c.By)
	f := figures{AsOf: found.AsOf}
	for _, x := range found.Headlines {
		f.Headlines = append(f.Headlines, headline{x.Indicator, x.Category, x.Group, x.String()})
	}
	if len(found.Tables) > 0 {
		table, foot, drawn := found.Tables[0].Draw()
		f.Unmet, f.Foot, err = &table, foot, cmp.Or(err, drawn)
	}
	return f, err
}

func copied(c *call) (json.RawMessage, error) {
	d, err := c.desk.Copy(c.r.Context(), c.By)
	if err != nil {
		return nil, err
	}
	return d.JSON()
}

// chosen says which choice is meant.
type chosen struct {
	Choice consent.ChoiceID `query:"choice" required:"true"`
}

func effects(c *call) (ends, error) {
	all, err := c.desk.Effects(c.r.Context(), c.By, person.ID(c.By.For), consent.ChoiceID(c.r.FormValue("choice")))
	return ends{all}, err
}

func withdraw(c *call, in withdrawn) (ends, error) {
	all, err := c.desk.Withdraw(c.r.Context(), c.Acting, person.ID(c.By.For), in.Choice)
	return ends{all}, err
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
