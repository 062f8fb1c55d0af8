package main

import (
	"strconv"
	"sync"
)

const usersCount = 10

// Resolver holds the chat: users, the newest messages of each channel, and who listens to what.
type Resolver struct {
	mu          sync.RWMutex
	lastID      int
	messages    map[string][]*Message
	subscribers map[string]map[chan *Message]struct{}
	users       map[string]*User
}

func newResolver() *Resolver {
	r := &Resolver{
		messages:    map[string][]*Message{},
		subscribers: map[string]map[chan *Message]struct{}{},
		users:       map[string]*User{},
	}
	for i := range usersCount {
		id := strconv.Itoa(i)
		r.users[id] = &User{ID: id, Name: "User " + id}
	}
	return r
}
