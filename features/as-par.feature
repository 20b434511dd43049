Feature: A pushed authorization request can be bound to a key
  RFC 9449 §10.1: at the pushed authorization request (PAR) endpoint a client
  binds its code by dpop_jkt or by a proof; the server supports both.

  @at:par @RFC9449-10.1-05
  Scenario Outline: Each way of binding a pushed request works
    When the client pushes an authorization request with <binding>
    Then it is accepted

    Examples:
      | binding                             |
      | dpop_jkt alone                      |
      | a proof alone                       |
      | a proof and the dpop_jkt of its key |

  # A server that grants this looks at no proof here. Against a real one the checks
  # of §4.3 are then not tried one by one at this endpoint.
  @at:par @RFC9449-10.1-03
  Scenario: A pushed request whose DPoP field holds no proof is refused
    Given a pushed authorization request with a proof is granted
    When the client pushes an authorization request with a DPoP field that holds no proof
    Then it is refused

  @at:par @RFC9449-10.1-04
  Scenario: A proof and the dpop_jkt of another key are refused
    Given an honest proof is accepted
    When the client pushes an authorization request with a proof and the dpop_jkt of another key
    Then it is refused

  @at:par @RFC9449-10.1-04
  Scenario: The refusal of the contradiction is a token error
    Given an honest proof is accepted
    When the client pushes an authorization request with a proof and the dpop_jkt of another key
    Then it is refused with the error "invalid_request" or "invalid_dpop_proof"

  @at:token @RFC9449-10.1-01
  Scenario Outline: A pushed dpop_jkt binds the code
    Given a code bound by "pushed dpop_jkt" gives a token to its key
    When the client redeems a code bound by "pushed dpop_jkt" <proof>
    Then it is refused

    Examples:
      | proof                       |
      | with a proof by another key |
      | without a proof             |

  @at:token @RFC9449-10.1-02
  Scenario Outline: The proof of a pushed request binds the code
    Given a code bound by "<means>" gives a token to its key
    When the client redeems a code bound by "<means>" <proof>
    Then it is refused

    Examples:
      | means                     | proof                       |
      | pushed proof              | with a proof by another key |
      | pushed proof              | without a proof             |
      | pushed proof and dpop_jkt | with a proof by another key |

  @at:token @RFC9449-10.1-02 @RFC9126-2.2-01
  Scenario Outline: A pushed request keeps its key when the client pushes another
    When the client redeems a code bound by "<means>" with a proof by its key
    Then it is accepted
    And the access token is bound to its key

    Examples:
      | means                               |
      | pushed proof before another push    |
      | pushed dpop_jkt before another push |

  @at:token @RFC9449-10.1-02 @RFC9126-2.2-01
  Scenario Outline: A pushed request does not take the key of another
    Given a code bound by "<alone>" gives a token to its key
    When the client redeems a code bound by "<means>" with a proof by another key
    Then it is refused

    Examples:
      | alone           | means                               |
      | pushed proof    | pushed proof before another push    |
      | pushed dpop_jkt | pushed dpop_jkt before another push |

  @at:token @RFC9449-4.1-06
  Scenario Outline: A proof in the form of a pushed request binds nothing
    When the client redeems a code bound by "<means>" with a proof by another key
    Then it is accepted
    And the access token is bound to another key

    Examples:
      | means                                 |
      | a form field of a pushed request      |
      | a form field DPoP of a pushed request |

  @at:token @RFC9449-10.1-06
  Scenario: The front channel does not loosen the binding
    Given a code bound by "pushed proof" gives a token to its key
    When the client redeems a code bound by "pushed proof beside another dpop_jkt" with a proof by another key
    Then it gets no token

  @at:token @RFC9449-10.1-08
  Scenario: A request pushed without DPoP leaves the token request free
    When the client redeems a code bound by "nothing in a pushed request" with a proof by its key
    Then it is accepted
    And the access token is bound to its key

  @at:par @RFC9449-10.1-11
  Scenario: The PAR endpoint takes no proof for the token endpoint
    Given an honest proof is accepted
    When the PAR endpoint gets a proof that was made for the token endpoint
    Then it is refused

  @at:token @RFC9449-10.1-11
  Scenario: The token endpoint takes no proof for the PAR endpoint
    Given an honest proof is accepted
    When the token endpoint gets a proof that was made for the PAR endpoint
    Then it is refused

  # "Authorization servers SHOULD treat request_uri values as one-time use but MAY allow for
  # duplicate requests due to a user reloading/refreshing their user agent" (RFC 9126 §4).
  @as @RFC9126-4-01
  Scenario: A request_uri serves once
    When the client uses the request_uri of a pushed request twice
    Then it gets no code

  @as @RFC9126-2.2-01
  Scenario: A request_uri is of no use to another client
    When another client uses the request_uri of a bound request
    Then it gets no code
