package main

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

const (
	messagesKept    = 50
	messagesWaiting = 64
)

// Sender is the resolver for the sender field.
func (r *messageResolver) Sender(ctx context.Context, obj *Message) (*User, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	u, ok := r.users[obj.SenderID]
	if !ok {
		return nil, fmt.Errorf("no user %s", obj.SenderID)
	}
	return u, nil
}

// SendMessage is the resolver for the sendMessage field.
func (r *mutationResolver) SendMessage(ctx context.Context, channelID string, text string) (*Message, error) {
	m := r.add(channelID, text)
	r.mu.RLock()
	defer r.mu.RUnlock()
	for subscriber := range r.subscribers[channelID] {
		select {
		case subscriber <- m:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return m, nil
}

func (r *Resolver) add(channelID string, text string) *Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastID++
	m := &Message{
		ID:        strconv.Itoa(r.lastID),
		ChannelID: channelID,
		Text:      text,
		CreatedAt: time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		SenderID:  strconv.Itoa(r.lastID % usersCount),
	}
	list := append(r.messages[channelID], m)
	if len(list) > messagesKept {
		list = list[len(list)-messagesKept:]
	}
	r.messages[channelID] = list
	return m
}

// Messages is the resolver for the messages field.
func (r *queryResolver) Messages(ctx context.Context, channelID string) ([]*Message, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return append([]*Message{}, r.messages[channelID]...), nil
}

// MessageAdded is the resolver for the messageAdded field.
func (r *subscriptionResolver) MessageAdded(ctx context.Context, channelID string) (<-chan *Message, error) {
	subscriber := make(chan *Message, messagesWaiting)
	r.mu.Lock()
	if r.subscribers[channelID] == nil {
		r.subscribers[channelID] = map[chan *Message]struct{}{}
	}
	r.subscribers[channelID][subscriber] = struct{}{}
	r.mu.Unlock()
	go func() {
		<-ctx.Done()
		// A publisher that holds the lock must not wait for one who has left.
		go func() {
			for range subscriber {
			}
		}()
		r.mu.Lock()
		delete(r.subscribers[channelID], subscriber)
		r.mu.Unlock()
		close(subscriber)
	}()
	return subscriber, nil
}

// Message returns the MessageResolver implementation.
func (r *Resolver) Message() MessageResolver { return &messageResolver{r} }

// Mutation returns the MutationResolver implementation.
func (r *Resolver) Mutation() MutationResolver { return &mutationResolver{r} }

// Query returns the QueryResolver implementation.
func (r *Resolver) Query() QueryResolver { return &queryResolver{r} }

// Subscription returns the SubscriptionResolver implementation.
func (r *Resolver) Subscription() SubscriptionResolver { return &subscriptionResolver{r} }

type (
	messageResolver      struct{ *Resolver }
	mutationResolver     struct{ *Resolver }
	queryResolver        struct{ *Resolver }
	subscriptionResolver struct{ *Resolver }
)
