package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
)

// A player uses the desk as one person does: they look, think, and do the next thing.
type player struct {
	*game
	ctx   context.Context // until when it is played
	n     int
	rng   *rand.Rand
	token string
	keys  int
}

// play goes on until the time is over. What has begun is finished: nobody closes the browser.
func (p *player) play() {
	who := actor(p.n)
	time.Sleep(time.Duration(p.rng.Int64N(int64(*think)))) // they do not come at one moment
	if who.Role != sp.RoleProvider {
		p.signIn(fmt.Sprintf(`{"tenant":"dale","user":%q}`, who.ID))
	}
	for p.ctx.Err() == nil {
		switch who.Role {
		case sp.RoleLinkWorker:
			p.work()
		case sp.RoleReferrer:
			p.refer()
		default:
			p.answer()
		}
	}
}

// ping is the baseline: it asks for an answer that needs nothing.
func (p *player) ping() {
	for ; p.ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		p.ask("GET /health", http.MethodGet, "/health", "")
	}
}

func (p *player) signIn(body string) {
	_, said := p.ask("POST /sessions", http.MethodPost, "/api/v1/sessions", body)
	p.token = text(said, "token")
}

// pause is the time that somebody thinks. It reports whether there is time for more.
func (p *player) pause() bool {
	select {
	case <-p.ctx.Done():
		return false
	case <-time.After(time.Duration((0.5 + p.rng.Float64()) * float64(*think))):
		return true
	}
}

// ask sends one request and notes how it went.
func (p *player) ask(route, method, path, body string, headers ...string) (*http.Response, []byte) {
	begun := time.Now()
	got, said := p.d.ask(context.WithoutCancel(p.ctx), method, path, body, append(headers, "Authorization", "Bearer "+p.token)...)
	took := time.Since(begun)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, asked{route, got.StatusCode, took})
	return got, said
}

// command asks for something to be done, one time in twenty twice, as after a second click.
func (p *player) command(route, path, body, seen string) []byte {
	key := fmt.Sprintf("load-%d-%d", p.n, p.keys)
	p.keys++
	headers := []string{"Idempotency-Key", key, "If-Match", seen}
	got, said := p.ask(route, http.MethodPost, path, body, headers...)
	if got.StatusCode/100 != 2 {
		return nil
	}
	p.mu.Lock()
	p.acknowledged[key] = true
	for _, name := range []string{"referral", "placement"} {
		if id := text(said, name); id != "" {
			p.made[id] = route
		}
	}
	p.mu.Unlock()
	if p.rng.IntN(20) == 0 {
		if again, _ := p.ask(route, http.MethodPost, path, body, headers...); again.StatusCode != got.StatusCode {
			p.t.Errorf("%s: %d, and the second time %d", route, got.StatusCode, again.StatusCode)
		}
	}
	return said
}

// refer is a practice: it refers somebody, and looks at what became of the others.
func (p *player) refer() {
	body := fmt.Sprintf(`{"number":"%s","name":{"given":"Guest","family":"Number"},"born":"1950-05-01","telephone":"07700 900123","safe":{"phone":"yes"},`+
		`"message":"no","urgency":"soon","reasons":["loneliness"],"agreed":"yes"}`, numbered(p.n*2_000+4*p.keys).Reveal())
	p.command("POST /referrals", "/api/v1/referrals", body, "")
	if p.pause() {
		p.ask("GET /referrals", http.MethodGet, "/api/v1/referrals", "")
		p.pause()
	}
}

// work is a link worker: they look at their morning, take somebody on who waits, or speak to
// somebody whom they have, and ask a service for a place.
func (p *player) work() {
	_, said := p.ask("GET /morning", http.MethodGet, "/api/v1/morning", "")
	var day struct{ Due, Coming, Without, Waiting []struct{ Referral string } }
	if json.Unmarshal(said, &day) != nil || !p.pause() {
		return
	}
	people, agrees := slices.Concat(day.Due, day.Coming, day.Without), "unknown"
	if n := len(day.Waiting); n > 0 && (len(people) == 0 || p.rng.IntN(3) == 0) {
		taken := day.Waiting[p.rng.IntN(min(n, 50))]
		if people = people[:0]; p.command("POST /accept", "/api/v1/referrals/"+taken.Referral+"/accept", "{}", "*") != nil {
			people, agrees = append(people, taken), "yes"
		}
	}
	if len(people) == 0 || !p.pause() {
		return
	}
	at := "/api/v1/referrals/" + people[p.rng.IntN(len(people))].Referral
	page, _ := p.ask("GET /referrals/{id}", http.MethodGet, at, "")
	if !p.pause() {
		return
	}
	p.command("POST /talks", at+"/talks", fmt.Sprintf(`{"channel":"phone","minutes":30,"needs":["loneliness"],"agrees":%q}`, agrees), page.Header.Get("ETag"))
	if !p.pause() {
		return
	}
	p.command("POST /notes", at+"/notes", `{"text":"Misses the allotment, and would like to sing again."}`, "*")
	if p.pause() {
		p.offer(at)
	}
}

// offer asks the first service that fits for a place.
func (p *player) offer(at string) {
	options, said := p.ask("GET /options", http.MethodGet, at+"/options?need=loneliness", "")
	var found struct {
		Fits []struct{ Offer struct{ ID string } }
	}
	if json.Unmarshal(said, &found) != nil || len(found.Fits) == 0 || !p.pause() {
		return
	}
	offer := found.Fits[p.rng.IntN(len(found.Fits))].Offer.ID
	said = p.command("POST /offers", at+"/offers", fmt.Sprintf(`{"offer":%q,"need":"loneliness"}`, offer), options.Header.Get("ETag"))
	if link := text(said, "link"); link != "" {
		p.links <- link + " " + text(said, "placement")
	}
	p.pause()
}

// answer is a provider with a link: they look at the question, say yes or not yet, and
// later that somebody came.
func (p *player) answer() {
	var link, placement string
	select {
	case both := <-p.links:
		fmt.Sscan(both, &link, &placement)
	case <-p.ctx.Done():
		return
	}
	p.signIn(fmt.Sprintf(`{"link":%q}`, link))
	at := "/api/v1/placements/" + placement
	page, _ := p.ask("GET /placements/{id}", http.MethodGet, at, "")
	if !p.pause() {
		return
	}
	body := `{"yes":true}`
	if p.rng.IntN(5) == 0 {
		body = fmt.Sprintf(`{"from":%q}`, sp.DateOf(time.Now()).Add(20))
	}
	p.command("POST /answer", at+"/answer", body, page.Header.Get("ETag"))
	if body == `{"yes":true}` && p.pause() {
		p.command("POST /attendances", at+"/attendances", fmt.Sprintf(`{"start":%q,"minutes":50}`, time.Now().Add(-time.Hour).Format(time.RFC3339)), "*")
	}
	p.pause()
}

// text returns a member of a JSON object, empty where there is none.
func text(said []byte, name string) string {
	var all map[string]any
	if json.Unmarshal(said, &all) != nil {
		return ""
	}
	found, _ := all[name].(string)
	return found
}
