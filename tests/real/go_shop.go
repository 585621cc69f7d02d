// A shop on Go's own net/http: /login gives a token, /cart takes it, and each
// request is a line of a log: method, path, code. HTTP/1.1, and h2c by prior
// knowledge.
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
	tokens map[string]string
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	code, body := s.answer(r)
	if token := body["token"]; token != "" {
		cookie := http.Cookie{Name: "visit", Value: token, Path: "/"}
		http.SetCookie(w, &cookie)
	}
	w.Header().Set("content-type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(body)
	fmt.Fprintf(s.log, "%s %s %d\n", r.Method, r.URL.Path, code)
}

// Whose token it is, and a cookie that goes with it.
func (s *shop) user(r *http.Request) string {
	cookie, err := r.Cookie("visit")
	token := r.Header.Get("authorization")
	if err != nil || "Bearer "+cookie.Value != token {
		return ""
	}
	return s.tokens[token]
}

func (s *shop) answer(r *http.Request) (int, map[string]string) {
	var asked struct{ User, Item string }
	err := json.NewDecoder(r.Body).Decode(&asked)
	switch {
	case r.Method != "POST" || err != nil:
		return 400, map[string]string{"why": "no JSON"}
	case r.URL.Path == "/login":
		return s.login(asked.User)
	case s.user(r) == "":
		return 401, map[string]string{"why": "no token of this visit"}
	case r.URL.Path == "/cart":
		return 200, map[string]string{"user": s.user(r), "item": asked.Item}
	}
	return 404, map[string]string{"why": "no such page"}
}

func (s *shop) login(user string) (int, map[string]string) {
	token := fmt.Sprintf("token-%d+/=", len(s.tokens))
	s.tokens["Bearer "+token] = user
	return 200, map[string]string{"token": token, "user": user}
}

func main() {
	file, err := os.Create(os.Args[2])
	if err != nil {
		panic(err)
	}
	s := &shop{log: bufio.NewWriter(file), tokens: map[string]string{}}
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
	s.log.Flush()
	file.Close()
}
