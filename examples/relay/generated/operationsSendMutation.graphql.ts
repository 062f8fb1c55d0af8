/**
 * @generated SignedSource<<de1f57f17a6bde6808ffafa8e34cea65>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type SendMessageInput = {
  channelId: string;
  nonce: string;
  replyTo?: string | null | undefined;
  text: string;
};
export type operationsSendMutation$variables = {
  connections: ReadonlyArray<string>;
  input: SendMessageInput;
};
export type operationsSendMutation$data = {
  readonly sendMessage: {
    readonly message: {
      readonly __typename: "Message";
      readonly createdAt: string;
      readonly deletedAt: string | null | undefined;
      readonly editedAt: string | null | undefined;
      readonly id: string;
      readonly sender: {
        readonly __typename: "User";
        readonly id: string;
        readonly name: string;
      };
      readonly sequence: number | null | undefined;
      readonly text: string;
    };
  } | null | undefined;
};
export type operationsSendMutation$rawResponse = {
  readonly sendMessage: {
    readonly message: {
      readonly __typename: "Message";
      readonly createdAt: string;
      readonly deletedAt: string | null | undefined;
      readonly editedAt: string | null | undefined;
      readonly id: string;
      readonly sender: {
        readonly __typename: "User";
        readonly id: string;
        readonly name: string;
      };
      readonly sequence: number | null | undefined;
      readonly text: string;
    };
  } | null | undefined;
};
export type operationsSendMutation = {
  rawResponse: operationsSendMutation$rawResponse;
  response: operationsSendMutation$data;
  variables: operationsSendMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "connections"
},
v1 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "input"
},
v2 = [
  {
    "kind": "Variable",
    "name": "input",
    "variableName": "input"
  }
],
v3 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "__typename",
  "storageKey": null
},
v4 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
},
v5 = {
  "alias": null,
  "args": null,
  "concreteType": "Message",
  "kind": "LinkedField",
  "name": "message",
  "plural": false,
  "selections": [
    (v3/*:: as any*/),
    (v4/*:: as any*/),
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "sequence",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "text",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "createdAt",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "editedAt",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "deletedAt",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "concreteType": "User",
      "kind": "LinkedField",
      "name": "sender",
      "plural": false,
      "selections": [
        (v3/*:: as any*/),
        (v4/*:: as any*/),
        {
          "alias": null,
          "args": null,
          "kind": "ScalarField",
          "name": "name",
          "storageKey": null
        }
      ],
      "storageKey": null
    }
  ],
  "storageKey": null
};
return {
  "fragment": {
    "argumentDefinitions": [
      (v0/*:: as any*/),
      (v1/*:: as any*/)
    ],
    "kind": "Fragment",
    "metadata": null,
    "name": "operationsSendMutation",
    "selections": [
      {
        "alias": null,
        "args": (v2/*:: as any*/),
        "concreteType": "MessagePayload",
        "kind": "LinkedField",
        "name": "sendMessage",
        "plural": false,
        "selections": [
          (v5/*:: as any*/)
        ],
        "storageKey": null
      }
    ],
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [
      (v1/*:: as any*/),
      (v0/*:: as any*/)
    ],
    "kind": "Operation",
    "name": "operationsSendMutation",
    "selections": [
      {
        "alias": null,
        "args": (v2/*:: as any*/),
        "concreteType": "MessagePayload",
        "kind": "LinkedField",
        "name": "sendMessage",
        "plural": false,
        "selections": [
          (v5/*:: as any*/),
          {
            "alias": null,
            "args": null,
            "filters": null,
            "handle": "appendNode",
            "key": "",
            "kind": "LinkedHandle",
            "name": "message",
            "handleArgs": [
              {
                "kind": "Variable",
                "name": "connections",
                "variableName": "connections"
              },
              {
                "kind": "Literal",
                "name": "edgeTypeName",
                "value": "MessageEdge"
              }
            ]
          }
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "08a5a5650e303f703a1875279e96cbbb",
    "id": null,
    "metadata": {},
    "name": "operationsSendMutation",
    "operationKind": "mutation",
    "text": "mutation operationsSendMutation(\n  $input: SendMessageInput!\n) {\n  sendMessage(input: $input) {\n    message {\n      __typename\n      id\n      sequence\n      text\n      createdAt\n      editedAt\n      deletedAt\n      sender {\n        __typename\n        id\n        name\n      }\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "164be6fee680ba439645c4594924c800";

export default node;
