package site

import (
	"context"
	"errors"
	"net/http"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// problem is the page that says what is wrong, and what to do about it. What was typed stays.
func (v *visit) problem(ctx context.Context, err error) answer {
	refused, isRefused := errors.AsType[*transition.Refusal](err)
	_, full := errors.AsType[*place.FullError](err)
	switch {
	case full:
		return v.notice(http.StatusConflict, v.say("The last place has just been taken"), v.say("Somebody else was faster. Look again: the list is made anew."))
	case errors.Is(err, store.ErrChanged):
		return v.stale(ctx)
	case isRefused && errors.Is(err, sp.ErrDenied), !isRefused && errors.Is(err, sp.ErrDenied):
		return v.notice(http.StatusForbidden, v.say("You may not see or do this"), v.denied())
	case isRefused:
		return v.notice(http.StatusConflict, v.say("This cannot be done as things stand"), v.refusal(refused))
	case errors.Is(err, sp.ErrNotFound):
		return v.notice(http.StatusNotFound, v.say("There is no such page"), v.say("Check the address. What is not for you is not shown here."))
	case errors.Is(err, sp.ErrConflict), errors.Is(err, sp.ErrExists):
		return v.stale(ctx)
	}
	if invalid, ok := errors.AsType[*sp.InvalidError](err); ok && len(invalid.Fields) > 0 {
		return v.notice(http.StatusUnprocessableEntity, v.say("Something is to be put right"), v.sentence(label(invalid.Fields[0].Path)+" "+invalid.Fields[0].Rule))
	}
	v.log(err)
	return v.down(err)
}

// denied says for whom a page is, and what to do. Who has no lead is not told to ring one.
func (v *visit) denied() string {
	if v.By.Role == sp.RolePerson || v.By.Role == sp.RoleProvider {
		return v.say("It is for someone else. If you need help with it, ring the link worker.")
	}
	return v.say("It is for whoever works with the person. If you need to, to keep somebody safe, ring your lead.")
}

// down is the page for when the database does not answer.
func (v *visit) down(err error) answer {
	a := v.notice(http.StatusServiceUnavailable, v.say("We cannot show this just now"), v.say("Something that this service needs does not answer. Try again in a minute. If it is about somebody's safety, ring, do not wait."))
	n := page.Notice{Title: v.say("We cannot save just now"), Risk: true, Kept: v.kept(), Form: v.again(v.say("Try again"))}
	switch {
	case v.r.Method != http.MethodPost:
		return a
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		n.Text = v.say("It took too long. What you wrote is still here: sent again, it is saved once. If it is about safety, ring, do not wait.")
	default:
		n.Text = v.say("What you wrote is still here. If it is about safety, ring, do not wait.")
	}
	a.view, a.seen = n, v.Seen
	return a
}

// stale shows what was typed beside what is there now.
func (v *visit) stale(ctx context.Context) answer {
	a := v.notice(http.StatusConflict, v.say("Somebody was faster"), v.say("It has changed since you were shown it. What you wrote is here, and not saved yet."))
	n := page.Notice{Title: v.say("Somebody was faster"), Text: v.say("It has changed since you were shown it. What you wrote is here, and not saved yet."), Kept: v.kept()}
	n.Links = []page.Link{{Text: v.say("Look at all of it"), To: v.parent()}}
	if now, err := v.desk.Person(ctx, v.By, referral.ID(v.r.PathValue("id"))); err == nil {
		a.seen, n.Now = now.Version, v.latest(now)
		n.Form = v.again(v.say("Save mine as well"))
	}
	a.view = n
	return a
}

// notice says one thing.
func (v *visit) notice(status int, title, text string) answer {
	n := page.Notice{Title: title, Text: text, Own: v.By.Role == sp.RolePerson, Links: []page.Link{{Text: v.say("Back to the start"), To: "/"}}}
	if v.r.Method == http.MethodPost {
		n.Kept = v.kept()
	}
	if v.r.Method != http.MethodPost && status == http.StatusServiceUnavailable {
		n.Links = []page.Link{{Text: v.say("Try again"), To: v.r.URL.Path}}
	}
	return answer{view: n, status: status}
}

// Refuse answers with the page of a status: what a gate says of requests that it stops.
func (s *Site) Refuse(w http.ResponseWriter, r *http.Request, status int) {
	v := s.visit(w, r)
	if status == http.StatusUnauthorized && r.Method == http.MethodGet {
		v.answer(goTo("/"))
		return
	}
	said, ok := map[int][2]string{
		http.StatusUnauthorized:          {v.say("Sign in again"), v.say("Your day here has ended. What you wrote is not saved: copy it, sign in, and send it again.")},
		http.StatusForbidden:             {v.say("You may not see or do this"), v.say("It is for someone else, or the page was open for too long. Go back to the start and try again.")},
		http.StatusNotFound:              {v.say("There is no such page"), v.say("Check the address. What is not for you is not shown here.")},
		http.StatusGone:                  {v.say("This link has ended"), v.say("Ask for a new one; it goes to the address that we hold. Nothing was changed.")},
		http.StatusTooManyRequests:       {v.say("Please wait a minute"), v.say("There were too many requests from you. Nothing is lost: try again in a minute.")},
		http.StatusRequestEntityTooLarge: {v.say("That was too much"), v.say("Write less, and send it again.")},
	}[status]
	if !ok {
		said = [2]string{v.say("Something went wrong here"), v.say("It is written down. Try again in a minute. If it is about somebody's safety, ring, do not wait.")}
	}
	if http.NewCrossOriginProtection().Check(r) != nil {
		r.PostForm = nil // another site has typed it
	}
	v.answer(v.notice(status, said[0], said[1]))
}
