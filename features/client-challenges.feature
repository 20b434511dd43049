Feature: How a client reads challenges
  RFC 9449 §7.1 and RFC 9110 §11.6.1: schemes and parameter names in any letter case, parameters in any order, several
  challenges in one line or in several, and attributes that the client does not know.

  @client @RFC9449-7.1-14
  Scenario Outline: Unknown attributes and challenges are passed over
    Given the API challenges the client in the form "<form>"
    When the client uses the API
    Then the client repeats the request once with the nonce and a new proof

    Examples:
      | form                              |
      | an unknown attribute before error |
      | an unknown attribute after error  |
      | resource_metadata                 |
      | a token68 challenge before it     |
      | an unknown scheme before it       |
      | an unknown scheme after it        |

  @client @RFC9449-7.1-15
  Scenario Outline: A challenge is understood in every form that the grammar allows
    Given the API challenges the client in the form "<form>"
    When the client uses the API
    Then the client repeats the request once with the nonce and a new proof

    Examples:
      | form                                |
      | the scheme in lower case            |
      | the scheme in upper case            |
      | attribute names in upper case       |
      | error behind the other attributes   |
      | error as a token                    |
      | blanks around the equals sign       |
      | no blank after a comma              |
      | empty list elements                 |
      | a quoted comma before error         |
      | an escaped quote before error       |
      | words of a challenge in quotes      |
      | a Bearer challenge before it        |
      | a Bearer challenge after it         |
      | a Bearer challenge in a line before |
      | a Bearer challenge in a line after  |
      | two blanks after the scheme         |

  # Whoever repeats what any rejection brings a nonce with is not judged here, but warned of by RFC9449-8-18.
  @client @RFC9449-7.1-15
  Scenario Outline: What only looks like a challenge for a nonce is none
    Given the API refuses the client once in the form "<form>"
    When the client uses the API
    Then the client does not take the refusal for a challenge

    Examples:
      | form                                                     |
      | use_dpop_nonce in error_description                      |
      | use_dpop_nonce as realm                                  |
      | use_dpop_nonce in another attribute                      |
      | use_dpop_nonce in the description of a JSON body         |
      | another error that begins so                             |
      | use_dpop_nonce of the scheme Bearer                      |
      | use_dpop_nonce of an unknown scheme                      |
      | use_dpop_nonce of another scheme before a DPoP challenge |
      | use_dpop_nonce of another scheme behind a DPoP challenge |

  @client @RFC9449-7.1-15
  Scenario Outline: What only looks like a challenge for a nonce is none at the userinfo endpoint either
    Given the userinfo endpoint refuses the client once in the form "<form>"
    When the client uses the userinfo endpoint
    Then the client does not take the refusal for a challenge

    Examples:
      | form                                             |
      | use_dpop_nonce in error_description              |
      | use_dpop_nonce as realm                          |
      | use_dpop_nonce in the description of a JSON body |
      | use_dpop_nonce of the scheme Bearer              |

  @client @RFC9449-8-18 @id:what-only-looks-like-a-challenge-for-a-nonce-is-none
  Scenario Outline: What an API refuses for another reason is not repeated, though a nonce comes with it
    Given the API refuses the client once in the form "<form>"
    When the client uses the API
    Then the client repeats no request

    Examples:
      | form                               |
      | invalid_token                      |
      | insufficient_scope with status 403 |
      | no challenge                       |

  @client @RFC9449-8-18
  Scenario: What the userinfo endpoint refuses for another reason is not repeated, though a nonce comes with it
    Given the userinfo endpoint refuses the client once in the form "invalid_token"
    When the client uses the userinfo endpoint
    Then the client repeats no request

  @client @RFC9449-4-01
  Scenario Outline: What is repeated after a refusal has a new proof
    Given the API refuses the client once in the form "<form>"
    When the client uses the API
    Then every proof is new

    Examples:
      | form                                |
      | invalid_token                       |
      | use_dpop_nonce of the scheme Bearer |
      | insufficient_scope with status 403  |

  # §9 has the status 401; a client may go by the code, and by any rejection (§8).
  @client @RFC9449-4-01 @RFC9449-9-08
  Scenario Outline: A challenge with another status is answered with its nonce, or not at all
    Given the API challenges the client in the form "<form>"
    When the client uses the API
    Then every proof is new
    And every proof carries the newest nonce of its server
    And the client stops after at most 2 requests

    Examples:
      | form                                      |
      | status 400                                |
      | status 403                                |
      | status 500                                |
      | in a JSON body alone, with the status 403 |

  @client @RFC9449-7-02
  Scenario: A call that goes on with another token has the hash of that one in its proof
    Given the client holds a token by login
    And the API refuses the client once in the form "invalid_token"
    When the client fetches from the API
    Then every proof has the hash of its access token at the API
    And every proof is new

  @client @RFC9449-7.1-17
  Scenario: A proxy that asks for DPoP gets no token
    Given the API answers the client with the challenge of a proxy
    When the client fetches from the API
    Then every API request carries no credentials for a proxy

  @client @RFC9449-7.2-09
  Scenario Outline: A bound token is not sent as Bearer after a refusal
    Given the API refuses the client for ever in the form "<form>"
    When the client fetches from the API
    Then the client sends bound tokens or none

    Examples:
      | form                                 |
      | invalid_token                        |
      | a DPoP challenge alone               |
      | a Bearer challenge before a DPoP one |
      | both schemes without error           |
