// A shop on Go's own net/http: /login gives a token and cookies, /cart takes
// them as a browser has them then, and each request is a line of a log: method,
// path, code; the last line is the number of connections with requests.
// HTTP/1.1, and h2c by prior knowledge.
//
//	go_shop PORT LOG
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

type shop struct {
	sync.Mutex
	log    *bufio.Writer
	visits map[string]*visit
	peers  map[string]bool
}

type visit struct {
	user  string
	carts int
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	s.peers[r.RemoteAddr] = true
	code, body := s.answer(r)
	if code == 200 {
		setCookies(w, r.URL.Path, body)
	}
	w.Header().Set("content-type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(body)
	fmt.Fprintf(s.log, "%s %s %d\n", r.Method, r.URL.Path, code)
}

// One that stays, one that changes, one for another path, and one that is taken away.
func setCookies(w http.ResponseWriter, path string, body map[string]string) {
	set := func(name, value, path string, maxAge int) {
		http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: path, MaxAge: maxAge})
	}
	if path == "/login" {
		set("visit", body["token"], "/", 0)
		set("elsewhere", "1", "/elsewhere", 0)
		set("brief", "1", "/", 3600)
		return
	}
	set("brief", "", "/", -1)
	set("carts", body["carts"], "/cart", 0)
}

// Whose token it is, where the cookies are those of the same visit.
func (s *shop) visit(r *http.Request) *visit {
	token := r.Header.Get("authorization")
	known := s.visits[token]
	if known == nil {
		return nil
	}
	want := map[string]string{"visit": token[len("Bearer "):]}
	if known.carts == 0 {
		want["brief"] = "1"
	} else {
		want["carts"] = fmt.Sprint(known.carts)
	}
	for _, cookie := range r.Cookies() {
		if want[cookie.Name] != cookie.Value {
			return nil
		}
		delete(want, cookie.Name)
	}
	if len(want) > 0 {
		return nil
	}
	return known
}

func (s *shop) answer(r *http.Request) (int, map[string]string) {
	var asked struct{ User, Item string }
	err := json.NewDecoder(r.Body).Decode(&asked)
	switch {
	case r.Method != "POST" || err != nil:
		return 400, map[string]string{"why": "no JSON"}
	case r.URL.Path == "/login":
		return s.login(asked.User)
	case r.URL.Path != "/cart":
		return 404, map[string]string{"why": "no such page"}
	}
	visit := s.visit(r)
	if visit == nil {
		return 401, map[string]string{"why": "no token and cookies of this visit"}
	}
	visit.carts++
	return 200, map[string]string{
		"user": visit.user, "item": asked.Item, "carts": fmt.Sprint(visit.carts),
	}
}

func (s *shop) login(user string) (int, map[string]string) {
	token := fmt.Sprintf("token-%d+/=", len(s.visits))
	s.visits["Bearer "+token] = &visit{user: user}
	return 200, map[string]string{"token": token, "user": user}
}

func main() {
	file, err := os.Create(os.Args[2])
	if err != nil {
		panic(err)
	}
	s := &shop{log: bufio.NewWriter(file), visits: map[string]*visit{}, peers: map[string]bool{}}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{
		Addr:      "127.0.0.1:" + os.Args[1],
		Handler:   s,
		Protocols: protocols,
	}
	go server.ListenAndServe()
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	<-ended
	s.Lock()
	fmt.Fprintf(s.log, "connections %d\n", len(s.peers))
	s.log.Flush()
	file.Close()
}
